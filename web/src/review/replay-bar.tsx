import type { ReviewRecording } from '../../../protocol/session-review.ts';
import { useMessages } from '../messages/messages.ts';
import { duration } from '../ui/duration.ts';
import { Icon } from '../ui/icon.tsx';
import type { Replay } from './use-replay.ts';
import './replay-bar.css';

/** Seconds are as fine as one can hear a slider move, ms. */
const STEP_MS = 1_000;

/** The whole session's sound: play, pause, and where one is in it. */
export function ReplayBar({ recordings, replay }: { recordings: readonly ReviewRecording[]; replay: Replay }) {
  const { review: words } = useMessages();
  const [first] = recordings;
  const last = recordings.at(-1);
  if (!first || !last) return null;
  const begin = first.startedAt;
  const length = last.startedAt + last.durationMs - begin;
  const now = Math.min(length, Math.max(0, replay.at - begin));
  // At its end it begins again.
  const from = now >= length - STEP_MS ? begin : replay.at;
  return (
    <div className="replay">
      <button type="button" className="primary" aria-label={replay.playing ? words.pausePlay : words.play} onClick={() => (replay.playing ? replay.pause() : replay.from(from))}>
        <Icon name={replay.playing ? 'pause' : 'resume'} />
      </button>
      <input type="range" min={0} max={length} step={STEP_MS} value={now} aria-label={words.position} aria-valuetext={duration(now)} onChange={({ target }) => replay.from(begin + Number(target.value))} />
      <span className="replay-time" aria-hidden="true">{duration(now)} / {duration(length)}</span>
      <p className="replay-failed" role="status">{replay.failed ? words.soundFailed : ''}</p>
    </div>
  );
}
