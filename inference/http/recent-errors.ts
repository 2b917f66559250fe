import type { Clock } from '../../core/clock.ts';
import { toCodedError } from '../../core/http-errors.ts';

const KEPT = 20;

interface RecentError {
  /** Unix ms. */
  readonly at: number;
  readonly route: string;
  readonly code: string;
}

/** The last requests that failed by our fault, for whoever looks at the server: code and route, nothing of the request. */
export class RecentErrors {
  readonly #clock: Clock;
  #errors: RecentError[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Newest first. */
  get list(): RecentError[] {
    return [...this.#errors];
  }

  add(route: string, error: unknown): void {
    const { code, entry } = toCodedError(error);
    if (entry.status >= 500) this.#errors = [{ at: this.#clock.wall(), route, code }, ...this.#errors].slice(0, KEPT);
  }
}
