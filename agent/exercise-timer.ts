import type { Clock } from '../core/clock.ts';

/** The exercise's time, which stands still while the session is paused. Durations in ms. */
export class ExerciseTimer {
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #remaining: number;
  #runningSince: number | undefined;
  #cancel: () => void = () => undefined;

  constructor({ clock, duration, onEnd }: { clock: Clock; duration: number; onEnd: () => void }) {
    this.#clock = clock;
    this.#remaining = duration;
    this.#onEnd = onEnd;
  }

  get remaining(): number {
    const run = this.#runningSince === undefined ? 0 : this.#clock.now() - this.#runningSince;
    return Math.max(0, this.#remaining - run);
  }

  /** Unix ms at which the time is up if nothing pauses it any more. */
  get endsAt(): number {
    return Math.round(this.#clock.wall() + this.remaining);
  }

  run(): void {
    if (this.#runningSince !== undefined) return;
    this.#runningSince = this.#clock.now();
    this.#cancel = this.#clock.after(this.#remaining, this.#onEnd);
  }

  pause(): void {
    this.#remaining = this.remaining;
    this.#runningSince = undefined;
    this.#cancel();
  }
}
