import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { useMessages } from '../messages/messages.ts';
import type { Ending } from '../session/link.ts';
import { TranscriptView } from '../transcript/transcript-view.tsx';
import { turns } from '../transcript/transcript.ts';
import { duration } from '../ui/duration.ts';
import { Screen } from '../ui/screen.tsx';
import { learnerWords, type Summary } from './summary.ts';
import './end-screen.css';

/** What was said, how long it took, and where to go from here. */
export function EndScreen({ exercise, summary, why, onAgain, onOther }: { exercise: ExerciseView; summary: Summary; why: Ending; onAgain: () => void; onOther: () => void }) {
  const { end: words } = useMessages();
  const { lines, from, to } = summary;
  const facts = [
    { name: words.duration, value: duration(to - from) },
    { name: words.words, value: learnerWords(lines, exercise.language) },
    { name: words.turns, value: turns(lines).filter(({ who }) => who === 'learner').length },
  ];
  return (
    <Screen narrow title={words.title}>
      <p className="lead"><span lang={exercise.language}>{exercise.title}</span>. {words.why[why]}</p>
      <dl className="figures">
        {facts.map(({ name, value }) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <div className="row">
        <button type="button" className="primary" onClick={onAgain}>{words.again}</button>
        <button type="button" onClick={onOther}>{words.other}</button>
      </div>
      <section className="told" aria-labelledby="said">
        <h2 id="said">{words.transcript}</h2>
        {lines.length === 0 ? <p className="hint">{words.nothing}</p> : <TranscriptView lines={lines} from={from} language={exercise.language} coachName={exercise.coach.name} />}
      </section>
    </Screen>
  );
}
