import { useMessages } from '../messages/messages.ts';
import { failureWords } from '../ui/failure-words.ts';
import { Screen } from '../ui/screen.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { ExerciseCard } from './exercise-card.tsx';
import type { Exercises } from './use-exercises.ts';
import './home-screen.css';

/** All exercises, to choose one. `unknown`: the address named one that is not among them. */
export function HomeScreen({ exercises, unknown, onReload }: { exercises: Exercises; unknown: boolean; onReload: () => void }) {
  const messages = useMessages();
  return (
    <Screen title={messages.home.title}>
      <p className="lead">{messages.home.lead}</p>
      <Choice exercises={exercises} unknown={unknown} onReload={onReload} />
    </Screen>
  );
}

function Choice({ exercises, unknown, onReload }: { exercises: Exercises; unknown: boolean; onReload: () => void }) {
  const messages = useMessages();
  if (exercises.status === 'loading') return <p className="page-note" role="status">{messages.loading}</p>;
  if (exercises.status === 'failed') {
    const { message, fix, lang } = failureWords(exercises.failure, messages);
    return (
      <Trouble message={`${messages.home.failed}. ${message}`} fix={fix} lang={lang}>
        <button type="button" onClick={onReload}>{messages.retry}</button>
      </Trouble>
    );
  }
  const { list } = exercises;
  if (list.exercises.length === 0) return <Trouble message={messages.home.empty} fix={messages.home.emptyFix} />;
  return (
    <>
      {unknown && <p className="page-note" role="status">{messages.home.unknown}</p>}
      {list.coach === 'scripted' && (
        <p className="coach-kind">
          <strong>{messages.home.scripted}</strong> {messages.home.scriptedMeans}
        </p>
      )}
      <ul className="exercises">
        {list.exercises.map((exercise) => <li key={exercise.id}><ExerciseCard exercise={exercise} /></li>)}
      </ul>
    </>
  );
}
