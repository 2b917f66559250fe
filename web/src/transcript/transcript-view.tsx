import { useMessages } from '../messages/messages.ts';
import { duration } from '../ui/duration.ts';
import { turns, type Line } from './transcript.ts';
import './transcript-view.css';

interface Props {
  readonly lines: readonly Line[];
  /** Unix ms from which the times are counted. */
  readonly from: number;
  readonly language: string;
  readonly coachName: string;
}

/** Who said what, when. */
export function TranscriptView({ lines, from, language, coachName }: Props) {
  const { session: words } = useMessages();
  return (
    <ol className="transcript">
      {turns(lines).map((turn) => (
        <li key={turn.lines[0]?.id} className={`turn turn-${turn.who}`}>
          <p className="turn-head">
            <span className="turn-who">{turn.who === 'coach' ? coachName : words.you}</span> <time>{duration(turn.at - from)}</time>
          </p>
          {turn.lines.map((line) => <Said key={line.id} line={line} language={language} />)}
        </li>
      ))}
    </ol>
  );
}

function Said({ line: { text, state }, language }: { line: Line; language: string }) {
  const { session: words } = useMessages();
  return (
    <p className={`said said-${state}`}>
      <span lang={language}>{text}</span>
      {(state === 'cut' || state === 'waiting') && <small> ({words[state]})</small>}
    </p>
  );
}
