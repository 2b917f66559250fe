import { lazy, Suspense, useCallback, useState } from 'react';
import type { ExerciseList } from '../../protocol/exercise-view.ts';
import { BeforeScreen } from './before/before-screen.tsx';
import type { Entry } from './before/entry.ts';
import { InvitationScreen } from './before/invitation-screen.tsx';
import { ResumeScreen } from './before/resume-screen.tsx';
import { HistoryScreen } from './history/history-screen.tsx';
import { NO_FILTER } from './home/filter.ts';
import { HomeScreen } from './home/home-screen.tsx';
import { useExercises } from './home/use-exercises.ts';
import type { KnownExercise } from './known-exercise.ts';
import { useMessages } from './messages/messages.ts';
import { ReviewScreen, type Ended } from './review/review-screen.tsx';
import type { Summary } from './review/summary.ts';
import { href, useRoute } from './route.ts';
import type { Ending } from './session/link.ts';
import { Screen } from './ui/screen.tsx';

/** LiveKit is large and only a session needs it: it is fetched while the learner sets up the microphone. */
const loadSession = () => import('./session/session-screen.tsx');
const SessionScreen = lazy(() => loadSession().then((module) => ({ default: module.SessionScreen })));

/** Until the service has said what there is. */
const NOTHING: Pick<ExerciseList, 'exercises' | 'keeps'> = { exercises: [], keeps: { sessionsDays: 0, recordingsDays: 0 } };

/** What the address calls a session that the service never knew. */
const UNKNOWN = '-';

interface Talk {
  readonly exercise: KnownExercise;
  readonly entry: Entry;
  /** `location.hash` as it began. */
  readonly from: string;
}

/** Makes the address lead back into the session, for whoever loads the page again. `replaceState` tells nobody, so the session goes on. */
function keepInAddress(hash: string): string {
  history.replaceState(null, '', hash);
  return location.hash;
}

/** The page: choose an exercise, set up the microphone, talk, look back. */
export function App() {
  const messages = useMessages();
  const route = useRoute();
  const { exercises, reload } = useExercises();
  const [filter, setFilter] = useState(NO_FILTER);
  const [talk, setTalk] = useState<Talk>();
  const [ended, setEnded] = useState<Ended>();
  const { exercises: list, keeps } = exercises.status === 'ready' ? exercises.value : NOTHING;

  const start = (exercise: KnownExercise, entry: Entry): void => setTalk({ exercise, entry, from: location.hash });
  const finish = useCallback((summary: Summary, why: Ending) => {
    setTalk(undefined);
    if (!talk) return;
    const { exercise, entry, from } = talk;
    const again = entry.invitation === undefined ? href.exercise(exercise.id) : href.invitation(entry.invitation);
    const nothing = summary.session === undefined && summary.lines.length === 0;
    setEnded(nothing ? undefined : { exercise, summary, why, again });
    const to = nothing ? href.home : href.review(summary.session ?? UNKNOWN);
    // “Back” leads to what was before the session, not into another one.
    if (location.hash === from) location.replace(to);
    else location.hash = to;
  }, [talk]);

  const keepRoom = useCallback((room: string) => {
    setTalk((before) => (before && before.entry.invitation === undefined ? { ...before, from: keepInAddress(href.exercise(before.exercise.id, room)) } : before));
  }, []);

  if (talk) {
    return (
      <Suspense fallback={<p className="page-note" role="status">{messages.session.loading}</p>}>
        <SessionScreen exercise={talk.exercise} entry={talk.entry} onRoom={keepRoom} onEnd={finish} />
      </Suspense>
    );
  }
  switch (route.name) {
    case 'history':
      return <HistoryScreen />;
    case 'review':
      return <ReviewScreen key={route.session} session={route.session} ended={ended && (ended.summary.session ?? UNKNOWN) === route.session ? ended : undefined} exercises={list} />;
    case 'invitation':
      // With it comes how long recordings are kept, which is said where they are agreed to.
      if (exercises.status === 'loading') return <Screen title={messages.loading}>{null}</Screen>;
      void loadSession();
      return <InvitationScreen key={route.token} token={route.token} keeps={keeps} onStart={start} />;
    case 'home':
      return <HomeScreen exercises={exercises} unknown={false} filter={filter} onFilter={setFilter} onReload={reload} />;
    case 'exercise': {
      if (exercises.status === 'loading') return <Screen title={messages.loading}>{null}</Screen>;
      const exercise = list.find(({ id }) => id === route.id);
      if (exercise) {
        void loadSession();
        return <BeforeScreen key={`${exercise.id} ${route.room ?? ''}`} exercise={exercise} keeps={keeps} room={route.room} onStart={(entry) => start(exercise, entry)} />;
      }
      const unknown = <HomeScreen unknown exercises={exercises} filter={filter} onFilter={setFilter} onReload={reload} />;
      if (route.room === undefined) return unknown;
      void loadSession();
      return <ResumeScreen key={route.room} room={route.room} keeps={keeps} onStart={start}>{unknown}</ResumeScreen>;
    }
  }
}
