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
  /** Of the clock’s ticking: until then all leases count as held; until then some may be dated by a clock set back since. */
  #unsettledUntil: number;
  #misdatedUntil = 0;
  /** Wall clock − ticking, when last looked at. */
  #drift: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#unsettledUntil = clock.now() + LEASE_TTL;
    this.#drift = clock.wall() - clock.now();
  }

  /** Unix ms. */
  now(): number {
    const [wall, now] = [this.#clock.wall(), this.#clock.now()];
    const jump = wall - now - this.#drift;
    if (Math.abs(jump) > ALLOWANCE) {
      this.#drift += jump;
      this.#unsettledUntil = now + LEASE_TTL;
      if (jump < 0) this.#misdatedUntil = Math.max(this.#misdatedUntil, now) - jump + LEASE_TTL;
    }
    return wall;
  }

  /** A lease with a holder is held when it ends between these; undefined: it is, whenever it ends. */
  held(): { from: number; to: number } | undefined {
    const wall = this.now();
    const now = this.#clock.now();
    if (now < this.#unsettledUntil) return undefined;
    return { from: wall, to: now < this.#misdatedUntil ? wall + LEASE_TTL + ALLOWANCE : Number.MAX_SAFE_INTEGER };
  }
}
