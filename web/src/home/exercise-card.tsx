import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { Portrait } from '../coach/portrait.tsx';
import { VoiceSample } from '../coach/voice-sample.tsx';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { ExerciseFacts } from './exercise-facts.tsx';
import './exercise-card.css';

/** An exercise to choose. The link is the title; the whole card follows it, but for the coach's voice. */
export function ExerciseCard({ exercise }: { exercise: ExerciseView }) {
  const messages = useMessages();
  const { coach, language } = exercise;
  return (
    <article className="card">
      <header className="card-coach">
        <Portrait name={coach.name} />
        <p className="hint" lang={language}>{messages.coachNamed(coach.name, coach.role)}</p>
        <VoiceSample exercise={exercise} />
      </header>
      <h3 lang={language}><a href={href.exercise(exercise.id)}>{exercise.title}</a></h3>
      <p className="card-about" lang={language}>{exercise.description}</p>
      {exercise.focusAreas.length > 0 && (
        <ul className="focus" aria-label={messages.home.trains} lang={language}>
          {exercise.focusAreas.map((area) => <li key={area}>{area}</li>)}
        </ul>
      )}
      <footer className="card-foot"><ExerciseFacts exercise={exercise} /></footer>
    </article>
  );
}
