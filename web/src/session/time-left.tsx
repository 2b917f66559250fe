import { useMessages } from '../messages/messages.ts';
import { duration } from '../ui/duration.ts';
import type { Coach } from './coach.ts';

const LAST_MINUTE_MS = 60_000;

/** The time until the coach closes. `now` is on the service's clock; `planned`, where it is known, is shown until the coach has set an end, ms. */
export function TimeLeft({ coach: { endsAt, stage }, now, planned }: { coach: Coach; now: number; planned: number | undefined }) {
  const { session: words } = useMessages();
  const left = endsAt === undefined ? planned : endsAt - now;
  if (left === undefined) return null;
  const last = endsAt !== undefined && left <= LAST_MINUTE_MS && stage !== 'paused';
  const share = planned && Math.min(1, Math.max(0, left / planned));
  return (
    <div className={last ? 'time-left time-left-last' : 'time-left'}>
      <span role="timer" aria-label={words.remaining} aria-live="off">{duration(left)}</span>
      {share !== undefined && <span className="time-track" aria-hidden="true"><span style={{ transform: `scaleX(${share.toFixed(3)})` }} /></span>}
      {/* Said once by a screen reader, when it appears. */}
      <span className="unseen" role="status">{last ? words.oneMinuteLeft : ''}</span>
    </div>
  );
}
