import type { Clock } from '../../core/clock.ts';

/** Tells an engine that thinks from one that hangs: who owes something must show within `ms` that it is alive. */
export class StallWatch {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onStall: () => void;
  #cancel: (() => void) | undefined;
  #stalled = false;

  constructor({ clock, ms, onStall }: { clock: Clock; ms: number; onStall: () => void }) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onStall = onStall;
  }

  get stalled(): boolean {
    return this.#stalled;
  }

  /** Something is owed, since now if not since before. */
  owe(): void {
    this.#cancel ??= this.#clock.after(this.#ms, () => {
      this.#stalled = true;
      this.#onStall();
    });
  }

  /** A sign of life, or nobody waits any more. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
