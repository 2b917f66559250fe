import { expect, test } from 'vitest';
import { ManualClock, systemClock } from '../../core/clock.ts';
import { LEASE_TTL, type Store } from '../../sessions/store.ts';
import { batch, ended, state } from './test-events.ts';
import { newSession, onBothDatabases, SettableClock } from './test-store.ts';

const HOUR = 3_600_000;

/** A session with a coach of term 1, in a service that has run for a while. */
async function led(store: Store, clock: ManualClock): Promise<string> {
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job-1');
  clock.advance(LEASE_TTL);
  await store.leases.renew(id, 1);
  return id;
}

onBothDatabases((bench) => {
  test('one of twenty that ask at once has it', async () => {
    const { sessions, leases } = await bench.open();
    const { record: { id } } = await sessions.begin(newSession());
    const claims = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => leases.claim(id, `job-${index}`)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toEqual([{ status: 'fulfilled', value: { term: 1 } }]);
    for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toMatchObject({ code: 'LEASE_HELD' });
    expect(await sessions.get(id)).toMatchObject({ term: 1, leased: true, released: false });
  });

  test('one of twenty has it, when they ask two services of the same database', async () => {
    const place = await bench.place();
    const [one, other] = [await bench.open({ place, clock: systemClock }), await bench.open({ place, clock: systemClock })];
    const { record: { id } } = await one.sessions.begin(newSession());
    const claims = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).leases.claim(id, `job-${index}`)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toMatchObject({ code: 'LEASE_HELD' });
  });

  test('it is held as long as it is renewed, and free some seconds after', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    for (let time = 0; time < 5; time += 1) {
      clock.advance(LEASE_TTL - 1);
      await store.leases.renew(id, 1);
    }
    clock.advance(LEASE_TTL);
    expect((await store.sessions.get(id)).leased).toBe(true);
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    clock.advance(1);
    expect(await store.sessions.get(id)).toMatchObject({ leased: false, released: false });
    await expect(store.leases.claim(id, 'job-2')).resolves.toEqual({ term: 2 });
  });

  test('one that ran out and that nobody took can be renewed', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    clock.advance(HOUR);
    await store.leases.renew(id, 1);
    expect((await store.sessions.get(id)).leased).toBe(true);
  });

  test('events renew it, those of an earlier coach do not', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    clock.advance(LEASE_TTL - 1);
    await store.events.append(id, batch(1, [state(1)], clock.wall()));
    clock.advance(LEASE_TTL - 1);
    await store.events.append(id, batch(1, [], clock.wall()));
    clock.advance(LEASE_TTL + 1);
    await store.leases.claim(id, 'job-2');
    clock.advance(LEASE_TTL);
    await store.events.append(id, batch(1, [state(2)], clock.wall()));
    clock.advance(1);
    await expect(store.leases.claim(id, 'job-3')).resolves.toEqual({ term: 3 });
  });

  test('given back it is free at once, and stays so', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    await store.leases.release(id, 1);
    await store.leases.release(id, 1);
    expect(await store.sessions.get(id)).toMatchObject({ leased: false, released: true, term: 1 });
    // The outbox is emptied after that.
    await store.events.append(id, batch(1, [state(1)], clock.wall()));
    await expect(store.leases.renew(id, 1)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(store.leases.claim(id, 'job-2')).resolves.toEqual({ term: 2 });
    await expect(store.leases.release(id, 1)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await store.sessions.get(id)).leased).toBe(true);
  });

  test.for([0, 2, -1, 1.5, Number.MAX_VALUE, Number.NaN])('term %d is no term of it', async (term) => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    await expect(store.leases.renew(id, term)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(store.leases.release(id, term)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  test('an ended session has no lease', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    await store.events.append(id, batch(1, [ended(1)], clock.wall()));
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'SESSION_OVER' });
    await expect(store.leases.renew(id, 1)).rejects.toMatchObject({ code: 'SESSION_OVER' });
    await expect(store.leases.release(id, 1)).resolves.toBeUndefined();
  });

  test('one that ran out while the service was away is its coach’s for some seconds more', async () => {
    const clock = new ManualClock();
    const place = await bench.place();
    const before = await bench.open({ clock, place });
    const id = await led(before, clock);
    await before.close();
    clock.advance(10 * LEASE_TTL);
    const store = await bench.open({ clock, place });
    expect((await store.sessions.get(id)).leased).toBe(true);
    clock.advance(LEASE_TTL - 1);
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    await store.leases.renew(id, 1);
    clock.advance(LEASE_TTL);
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    clock.advance(1);
    await expect(store.leases.claim(id, 'job-2')).resolves.toEqual({ term: 2 });
  });

  test.for([HOUR, -HOUR])('the wall clock jumps by %d ms: the coach keeps it, and it is free in time when the coach is gone', async (jump) => {
    const clock = new SettableClock();
    const store = await bench.open({ clock });
    const id = await led(store, clock);
    clock.set(jump);
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    clock.advance(LEASE_TTL - 1);
    await store.leases.renew(id, 1);
    clock.advance(LEASE_TTL);
    await expect(store.leases.claim(id, 'job-2')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    clock.set(-2 * jump);
    expect((await store.sessions.get(id)).leased).toBe(true);
    clock.advance(LEASE_TTL);
    await expect(store.leases.claim(id, 'job-2')).resolves.toEqual({ term: 2 });
  });
});
