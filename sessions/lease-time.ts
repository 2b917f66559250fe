import type { Clock } from '../core/clock.ts';

/** Without a renewal or an event for so long a lease is free again, ms. */
export const LEASE_TTL = 15_000;
/** By how much the wall clocks of several services, or one beside its own ticking, may differ, ms. */
const ALLOWANCE = 2_000;

/**
 * When a lease has run out. Leases are dated by the wall clock, which replicas share; but after an opening, and after
 * the wall clock has jumped (set right, or the machine slept), nobody can tell who has tried to renew meanwhile: for as
 * long as a lease lasts they all count as held, so that their coaches can renew.
 */
export class LeaseTime {
  readonly #clock: Clock;
  #settledFrom: number;
  #drift: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#settledFrom = clock.now() + LEASE_TTL;
    this.#drift = clock.wall() - clock.now();
  }

  /** Unix ms. */
  now(): number {
    const wall = this.#clock.wall();
    const drift = wall - this.#clock.now();
    if (Math.abs(drift - this.#drift) > ALLOWANCE) {
      this.#drift = drift;
      this.#settledFrom = this.#clock.now() + LEASE_TTL;
    }
    return wall;
  }

  /** A lease with a holder is still held from the first to the second; undefined: it is, whatever its date. */
  held(): { from: number; to: number } | undefined {
    const now = this.now();
    // What reaches further than a lease can was dated by a clock that has been set back since.
    return this.#clock.now() < this.#settledFrom ? undefined : { from: now, to: now + LEASE_TTL + ALLOWANCE };
  }
}
