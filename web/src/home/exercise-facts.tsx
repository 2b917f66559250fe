import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';

const STEPS: readonly ExerciseView['difficulty'][] = ['beginner', 'intermediate', 'advanced'];

/** How long, how hard: one line. */
export function ExerciseFacts({ exercise: { durationMinutes, difficulty } }: { exercise: ExerciseView }) {
  const messages = useMessages();
  const reached = STEPS.indexOf(difficulty);
  return (
    <p className="exercise-facts">
      <span className="fact"><Icon name="clock" />{messages.minutes(durationMinutes)}</span>
      <span className="fact">
        <span className="steps" aria-hidden="true">{STEPS.map((step, index) => <i key={step} className={index <= reached ? 'step-reached' : ''} />)}</span>
        {messages.difficulty[difficulty]}
      </span>
    </p>
  );
}
