import { expect, test } from 'vitest';
import { LEASE_TTL, LeaseTime } from '../../sessions/lease-time.ts';
import { SettableClock } from './test-store.ts';

const HOUR = 3_600_000;

function setUp(): { clock: SettableClock; time: LeaseTime } {
  const clock = new SettableClock();
  return { clock, time: new LeaseTime(clock) };
}

test('after an opening every lease is held for as long as one lasts', () => {
  const { clock, time } = setUp();
  clock.advance(LEASE_TTL - 1);
  expect(time.held()).toBeUndefined();
  clock.advance(1);
  expect(time.held()).toEqual({ from: clock.wall(), to: Number.MAX_SAFE_INTEGER });
});

test('a replica whose clock is behind takes no lease away, however far ahead it seems to end', () => {
  const { clock, time } = setUp();
  clock.advance(LEASE_TTL);
  expect(time.held()?.to).toBeGreaterThan(clock.wall() + HOUR);
});

test('after the clock was set back, no lease ends later than one can, until all are dated anew', () => {
  const { clock, time } = setUp();
  clock.advance(LEASE_TTL);
  clock.set(-HOUR);
  expect(time.held()).toBeUndefined();
  clock.advance(LEASE_TTL);
  expect(time.held()?.to).toBeLessThan(clock.wall() + 2 * LEASE_TTL);
  clock.advance(HOUR - 1);
  expect(time.held()?.to).toBeLessThan(clock.wall() + 2 * LEASE_TTL);
  clock.advance(1);
  expect(time.held()?.to).toBe(Number.MAX_SAFE_INTEGER);
});

test('a clock that is slowly set right is no jump', () => {
  const { clock, time } = setUp();
  clock.advance(LEASE_TTL);
  clock.set(1_500);
  expect(time.held()?.from).toBe(clock.wall());
});
