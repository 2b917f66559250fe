import { countWords } from '../coaching/spoken-words.ts';
import { CodedError } from '../core/errors.ts';
import type { EventBatch, SessionEvent } from '../protocol/session-events.ts';
import type { SessionRow } from './tables.ts';

/** Clocks that differ by less are taken for the same: so long may a batch be under way, ms. */
const SKEW = 2_000;

/**
 * Numbers that every database keeps exactly; the schema of a batch allows any.
 * @throws CodedError REQUEST_INVALID
 */
export function checkNumbers({ term, sentAt, events }: EventBatch): void {
  const times = events.flatMap((event) => [event.seq, event.at, ...('startedAt' in event ? [event.startedAt, event.durationMs] : [])]);
  if (![term, sentAt, ...times].every(isWritable)) throw new CodedError('REQUEST_INVALID', { reason: 'a term, seq or time in it is out of range' });
}

/** Sums and differences of two are still safe integers. */
const isWritable = (number: number): boolean => Number.isInteger(number) && Math.abs(number) < 2 ** 51;

/** By how much the service’s clock is ahead of the sender’s, ms; 0 where they are taken for the same. */
export function clockSkew(sentAt: number, now: number): number {
  const ahead = now - sentAt;
  return Math.abs(ahead) > SKEW ? ahead : 0;
}

/** The events by the service’s clock, where the sender’s is another. */
export function byOurClock({ sentAt, events }: EventBatch, now: number): SessionEvent[] {
  const ahead = clockSkew(sentAt, now);
  if (ahead === 0) return events;
  return events.map((event) => {
    const moved = { ...event, at: event.at + ahead };
    return 'startedAt' in moved ? { ...moved, startedAt: moved.startedAt + ahead } : moved;
  });
}

/**
 * Those that are new after `last`, which follow it without a gap.
 * @throws CodedError EVENTS_GAP
 */
export function newOf(events: readonly SessionEvent[], last: number): SessionEvent[] {
  const fresh: SessionEvent[] = [];
  for (const event of events) {
    const expected = last + fresh.length + 1;
    if (event.seq < expected) continue;
    if (event.seq > expected) throw new CodedError('EVENTS_GAP', { expected });
    fresh.push(event);
  }
  return fresh;
}

/** What a summary shows without reading the events. */
export type Counters = Pick<SessionRow, 'turns' | 'words' | 'first_word_at' | 'last_word_at'>;

/** The counters after some more events. */
export function counted(before: Counters, events: readonly SessionEvent[]): Counters {
  const after = { ...before };
  for (const event of events) {
    if (event.type !== 'learner_turn' && event.type !== 'coach_turn') continue;
    // Of the coach, what nobody heard is no word.
    if (event.type === 'coach_turn' && event.durationMs === 0) continue;
    const { startedAt, durationMs } = event;
    after.first_word_at = Math.min(after.first_word_at ?? startedAt, startedAt);
    after.last_word_at = Math.max(after.last_word_at ?? startedAt, startedAt + durationMs);
    if (event.type === 'coach_turn') continue;
    after.turns += 1;
    after.words += countWords(event.text);
  }
  return after;
}
