import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';

/** Rooms that may have a coach before their learner is there. */
const MOST = 3;
/** How long such a coach waits for its learner, ms (agent/learner-presence.ts). */
const WAITS = 10_000;

/**
 * A coach ordered with the token greets a second sooner than one ordered when its learner has joined. But a token costs
 * nothing: were each to bring a coach, a handful of unused ones would take every seat.
 */
export class EarlyCoaches {
  readonly #clock: Clock;
  /** By room: when its coach was ordered. */
  readonly #waiting = new Map<string, number>();
  readonly #withLearner = new LRUCache<string, true>({ max: 10_000 });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the coach of a room without a learner is to be ordered now. If not, it comes with the learner. */
  grant(room: string): boolean {
    const now = this.#clock.now();
    for (const [other, since] of this.#waiting) if (now - since > WAITS) this.#waiting.delete(other);
    if (this.#waiting.has(room)) return true;
    const granted = this.#waiting.size < MOST;
    if (granted) this.#waiting.set(room, now);
    else this.#withLearner.set(room, true);
    return granted;
  }

  /** A learner is in the room: whether its coach is still to be ordered. */
  arrived(room: string): boolean {
    this.#waiting.delete(room);
    return this.#withLearner.delete(room);
  }
}
