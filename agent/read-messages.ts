import { LRUCache } from 'lru-cache';
import type { SessionEvent } from '../protocol/session-events.ts';

const REMEMBERED = 1_000;
/** A longer id is none of our page's. */
const LONGEST = 64;

/**
 * Typed messages that were read. A page that lost its connection, or its coach, sends once more what had no answer; of
 * what an earlier coach read and did not answer, nobody has the answer yet, so that counts as unread.
 */
export class ReadMessages {
  readonly #ids = new LRUCache<string, true>({ max: REMEMBERED });

  /** @param past what earlier coaches of the session told */
  constructor(past: readonly SessionEvent[]) {
    const answered = past.findLastIndex(({ type }) => type === 'coach_turn');
    for (const event of past.slice(0, Math.max(0, answered))) {
      if (event.type === 'learner_turn' && event.message !== undefined) this.#ids.set(event.message, true);
    }
  }

  /** Whether a message of this id was read before; from now on it was. Without an id none ever was. */
  seen(id: string | undefined): boolean {
    if (id === undefined || id.length > LONGEST) return false;
    if (this.#ids.has(id)) return true;
    this.#ids.set(id, true);
    return false;
  }
}
