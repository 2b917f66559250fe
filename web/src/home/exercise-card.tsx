import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';
import { ExerciseFacts } from './exercise-facts.tsx';
import './exercise-card.css';

/** An exercise to choose. The link is the title; the whole card follows it. */
export function ExerciseCard({ exercise }: { exercise: ExerciseView }) {
  const messages = useMessages();
  return (
    <article className="card">
      <h2 lang={exercise.language}><a href={`#${encodeURIComponent(exercise.id)}`}>{exercise.title}</a></h2>
      <p lang={exercise.language}>{exercise.description}</p>
      {exercise.focusAreas.length > 0 && (
        <ul className="focus" aria-label={messages.home.trains} lang={exercise.language}>
          {exercise.focusAreas.map((area) => <li key={area}>{area}</li>)}
        </ul>
      )}
      <ExerciseFacts exercise={exercise} />
    </article>
  );
}
