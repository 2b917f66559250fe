import type { Clock } from '../core/clock.ts';

/** Calls back when nobody has spoken for a while, again and again as long as nobody does. Durations in ms. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #after: number;
  readonly #onSilence: () => void;
  #cancel: (() => void) | undefined;

  constructor({ clock, after, onSilence }: { clock: Clock; after: number; onSilence: () => void }) {
    this.#clock = clock;
    this.#after = after;
    this.#onSilence = onSilence;
  }

  /** Silence begins, or begins anew. */
  begin(): void {
    this.end();
    this.#cancel = this.#clock.after(this.#after, () => {
      this.#onSilence();
      if (this.#cancel !== undefined) this.begin();
    });
  }

  /** Somebody speaks, or the session rests. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
