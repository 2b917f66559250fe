import { RoomAudioRenderer, RoomContext } from '@livekit/components-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import type { Entry } from '../before/before-screen.tsx';
import type { Summary } from '../end/summary.ts';
import { Screen } from '../ui/screen.tsx';
import { CoachPresence } from './coach-presence.tsx';
import { Controls } from './controls.tsx';
import type { Ending } from './link.ts';
import { LiveSession } from './live-session.ts';
import { LiveTranscript } from './live-transcript.tsx';
import { Notices } from './notices.tsx';
import { TypedReply } from './typed-reply.tsx';
import { useNow } from './use-now.ts';
import './session-screen.css';

interface Props {
  readonly exercise: ExerciseView;
  readonly entry: Entry;
  /** The session is over: what was said, and why it ended. */
  readonly onEnd: (summary: Summary, why: Ending) => void;
}

/** A session as it goes on. Leaving this screen, by whatever way, leaves the room. */
export function SessionScreen({ exercise, entry, onEnd }: Props) {
  const [session] = useState(() => new LiveSession({ exercise: exercise.id, ...entry }));
  const view = useSyncExternalStore(session.subscribe, session.view);
  const now = useNow();

  useEffect(() => {
    const leave = (): void => session.end('left');
    session.start();
    window.addEventListener('hashchange', leave);
    return () => {
      window.removeEventListener('hashchange', leave);
      leave();
    };
  }, [session]);

  const { link, lines, joinedAt } = view;
  useEffect(() => {
    if (link.mode !== 'over') return;
    const to = Date.now();
    onEnd({ lines, from: joinedAt ?? to, to }, link.why);
  }, [link, lines, joinedAt, onEnd]);

  return (
    <RoomContext value={session.room}>
      <RoomAudioRenderer />
      <div className="session">
        <Screen title={exercise.title} lang={exercise.language}>
          <CoachPresence exercise={exercise} view={view} now={now} />
          <Notices session={session} view={view} now={now} />
          <LiveTranscript lines={lines} from={joinedAt ?? now} language={exercise.language} coachName={view.coach.persona ?? exercise.coach.name} />
          <TypedReply onSay={(text) => session.say(text)} />
          <Controls session={session} view={view} />
        </Screen>
      </div>
    </RoomContext>
  );
}
