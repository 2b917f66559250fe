import type { Clock } from '../core/clock.ts';

/** Recognition that is away for less, in ms, is not worth a word: what is said meanwhile is kept. */
const DEAF_AFTER = 2_000;

/** Tells whether the coach can hear, once it has been deaf for a while. */
export class Hearing {
  readonly #clock: Clock;
  readonly #onChange: (available: boolean) => void;
  #cancel: (() => void) | undefined;

  constructor({ clock, onChange }: { clock: Clock; onChange: (available: boolean) => void }) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  set(available: boolean): void {
    if (available) {
      this.close();
      this.#onChange(true);
    } else {
      this.#cancel ??= this.#clock.after(DEAF_AFTER, () => this.#onChange(false));
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
