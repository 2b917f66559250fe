import type { ReviewSentence, SessionReview } from '../../../protocol/session-review.ts';
import { useMessages } from '../messages/messages.ts';
import '../transcript/transcript-view.css';
import { duration } from '../ui/duration.ts';
import './told-turns.css';
import { isHeard, sentenceAt } from './timeline.ts';
import type { Replay } from './use-replay.ts';

/** Who said what, when, as the service has it; a sentence that was recorded is a button that plays it. */
export function ToldTurns({ review: { session, turns, recordings }, replay }: { review: SessionReview; replay: Replay }) {
  const { session: words, review } = useMessages();
  const begin = Date.parse(session.startedAt);
  const current = replay.playing ? sentenceAt(turns, replay.at) : undefined;
  return (
    <ol className="transcript">
      {turns.map((turn) => (
        <li key={`${turn.who} ${turn.at}`} className={`turn turn-${turn.who}`}>
          <p className="turn-head">
            <span className="turn-who">{turn.who === 'coach' ? session.exercise.coach : words.you}</span>{' '}
            <time>{duration(turn.at - begin)}</time>
            {turn.how === 'text' && <> · {review.typed}</>}
          </p>
          <p className="said" lang={session.exercise.language}>
            {turn.sentences.map((sentence) => (
              <Sentence key={`${sentence.at} ${sentence.text}`} sentence={sentence} current={sentence === current} onPlay={turn.how === 'voice' && isHeard(recordings, sentence) ? replay.from : undefined} />
            ))}
          </p>
          {turn.interrupted && <small>({words.cut})</small>}
        </li>
      ))}
    </ol>
  );
}

function Sentence({ sentence: { text, at }, current, onPlay }: { sentence: ReviewSentence; current: boolean; onPlay: ((at: number) => void) | undefined }) {
  if (!onPlay) return <>{text} </>;
  return <><button type="button" className="sentence" aria-current={current ? 'true' : undefined} onClick={() => onPlay(at)}>{text}</button>{' '}</>;
}
