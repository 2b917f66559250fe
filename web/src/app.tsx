import { lazy, Suspense, useState } from 'react';
import type { ExerciseView } from '../../protocol/exercise-view.ts';
import { BeforeScreen, type Entry } from './before/before-screen.tsx';
import { EndScreen } from './end/end-screen.tsx';
import type { Summary } from './end/summary.ts';
import { HomeScreen } from './home/home-screen.tsx';
import { chooseExercise, useChosenExercise } from './home/chosen-exercise.ts';
import { useExercises } from './home/use-exercises.ts';
import { useMessages } from './messages/messages.ts';
import type { Ending } from './session/link.ts';

/** LiveKit is large and only a session needs it: it is fetched while the learner sets up the microphone. */
const loadSession = () => import('./session/session-screen.tsx');
const SessionScreen = lazy(() => loadSession().then((module) => ({ default: module.SessionScreen })));

type Stage =
  | { readonly name: 'choosing' }
  | { readonly name: 'talking'; readonly exercise: ExerciseView; readonly entry: Entry }
  | { readonly name: 'done'; readonly exercise: ExerciseView; readonly summary: Summary; readonly why: Ending };

/** The page: choose an exercise, set up the microphone, talk, look back. */
export function App() {
  const messages = useMessages();
  const { exercises, reload } = useExercises();
  const chosen = useChosenExercise();
  const [stage, setStage] = useState<Stage>({ name: 'choosing' });

  if (stage.name === 'talking') {
    const { exercise, entry } = stage;
    return (
      <Suspense fallback={<p className="page-note" role="status">{messages.session.loading}</p>}>
        <SessionScreen exercise={exercise} entry={entry} onEnd={(summary, why) => setStage({ name: 'done', exercise, summary, why })} />
      </Suspense>
    );
  }

  const back = (id: string | undefined): void => {
    chooseExercise(id);
    setStage({ name: 'choosing' });
  };
  if (stage.name === 'done') {
    const { exercise, summary, why } = stage;
    return <EndScreen exercise={exercise} summary={summary} why={why} onAgain={() => back(exercise.id)} onOther={() => back(undefined)} />;
  }

  const exercise = exercises.status === 'ready' ? exercises.list.exercises.find(({ id }) => id === chosen) : undefined;
  if (exercise) {
    void loadSession();
    return <BeforeScreen key={exercise.id} exercise={exercise} onStart={(entry) => setStage({ name: 'talking', exercise, entry })} />;
  }
  return <HomeScreen exercises={exercises} unknown={chosen !== undefined} onReload={reload} />;
}
