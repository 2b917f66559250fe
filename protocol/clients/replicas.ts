import { systemClock, type Clock } from '../../core/clock.ts';

/** How long a server that did not answer is asked last, ms; twice as long each time that it did not, up to LONGEST. */
const FIRST_REST = 5_000;
const LONGEST_REST = 60_000;

interface Replica {
  readonly url: URL;
  restsUntil: number;
  rest: number;
}

/** Several servers that can do the same: the first that is alive is used. */
export class Replicas {
  readonly #replicas: readonly Replica[];
  readonly #clock: Clock;

  constructor(urls: readonly (string | URL)[], clock: Clock = systemClock) {
    this.#replicas = urls.map((url) => ({ url: new URL(url), restsUntil: 0, rest: FIRST_REST }));
    this.#clock = clock;
  }

  /** All of them, those that lately did not answer last. */
  order(): URL[] {
    const now = this.#clock.now();
    const rests = ({ restsUntil }: Replica): number => (restsUntil > now ? 1 : 0);
    return this.#replicas.toSorted((a, b) => rests(a) - rests(b)).map(({ url }) => url);
  }

  answered(url: URL): void {
    const replica = this.#replicas.find((other) => other.url === url);
    if (replica !== undefined) Object.assign(replica, { restsUntil: 0, rest: FIRST_REST });
  }

  failed(url: URL): void {
    const replica = this.#replicas.find((other) => other.url === url);
    if (replica === undefined || replica.restsUntil > this.#clock.now()) return;
    replica.restsUntil = this.#clock.now() + replica.rest;
    replica.rest = Math.min(2 * replica.rest, LONGEST_REST);
  }
}
