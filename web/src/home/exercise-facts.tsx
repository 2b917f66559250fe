import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';

/** With whom, how long, how hard: one line. */
export function ExerciseFacts({ exercise: { coach, durationMinutes, difficulty } }: { exercise: ExerciseView }) {
  const messages = useMessages();
  return (
    <p className="facts">
      <span>{messages.coachNamed(coach.name, coach.role)}</span>
      <span>{messages.minutes(durationMinutes)}</span>
      <span>{messages.difficulty[difficulty]}</span>
    </p>
  );
}
