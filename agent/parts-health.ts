import type { Outbox } from './outbox/outbox.ts';
import type { CoachBoard } from './coach-board.ts';

export type Part = 'stt' | 'tts' | 'llm';

/** Which parts of the coach are down: told to the page and kept in the session's events, once a change. */
export class PartsHealth {
  readonly #board: CoachBoard;
  readonly #outbox: Outbox;
  readonly #onFailed: (part: Part) => void;
  readonly #down = new Set<Part>();

  constructor({ board, outbox, onFailed }: { board: CoachBoard; outbox: Outbox; onFailed: (part: Part) => void }) {
    this.#board = board;
    this.#outbox = outbox;
    this.#onFailed = onFailed;
  }

  isDown(part: Part): boolean {
    return this.#down.has(part);
  }

  set(part: Part, available: boolean): void {
    if (available ? !this.#down.delete(part) : this.#down.has(part)) return;
    if (!available) this.#down.add(part);
    this.#board.show({ degraded: [...this.#down].sort().join(',') });
    this.#outbox.add(available ? { type: 'part_recovered', part } : { type: 'part_failed', part, code: 'ENGINE_UNAVAILABLE' });
    if (!available) this.#onFailed(part);
  }
}
