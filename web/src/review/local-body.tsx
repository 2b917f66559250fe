import type { KnownExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import { TranscriptView } from '../transcript/transcript-view.tsx';
import { turns } from '../transcript/transcript.ts';
import { duration } from '../ui/duration.ts';
import { Figures } from './figures.tsx';
import { learnerWords, type Summary } from './summary.ts';

/** A session as this page has heard it, as long as the service has not told it better. */
export function LocalBody({ exercise, summary: { lines, from, to } }: { exercise: KnownExercise; summary: Summary }) {
  const { review: words } = useMessages();
  return (
    <>
      <section aria-labelledby="speech" className="told">
        <h2 id="speech">{words.speech}</h2>
        <Figures
          figures={[
            { name: words.duration, value: duration(to - from) },
            { name: words.words, value: learnerWords(lines, exercise.language) },
            { name: words.turns, value: turns(lines).filter(({ who }) => who === 'learner').length },
          ]}
        />
      </section>
      <section className="told" aria-labelledby="said">
        <h2 id="said">{words.transcript}</h2>
        {lines.length === 0 ? <p className="hint">{words.nothing}</p> : <TranscriptView lines={lines} from={from} language={exercise.language} coachName={exercise.coach.name} />}
      </section>
    </>
  );
}
