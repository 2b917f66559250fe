import { expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { KeptEvent, SessionEvent } from '../../protocol/session-events.ts';
import type { Store } from '../../sessions/store.ts';
import { batch, BEGINNING, coachTurn, ended, learnerTurn, state } from './test-events.ts';
import { newSession, onBothDatabases, SettableClock } from './test-store.ts';

async function begin({ sessions, leases }: Store, terms = 1): Promise<string> {
  const { record: { id } } = await sessions.begin(newSession());
  for (let term = 1; term <= terms; term += 1) {
    await leases.claim(id, `job-${term}`);
    if (term < terms) await leases.release(id, term);
  }
  return id;
}

const numbers = (events: readonly KeptEvent[]): string[] => events.map(({ term, event }) => `${term}.${event.seq}`);

onBothDatabases((bench) => {
  test('events come back as they are, in order', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const told: SessionEvent[] = [
      { seq: 1, at: BEGINNING, type: 'session_started', session: id, exercise: 'x', hash: 'h', language: 'fr', coach: 'scripted' },
      learnerTurn(2, { text: '<script>alert("x")</script> & l’été 🎤 \u0000 \ud800 % \\ \' -- ;' }),
      coachTurn(3, { latency: { stt: 12.5 } }),
      { seq: 4, at: BEGINNING, type: 'flow_moved', state: { phase: 'a', deep: [1, null, { b: true }] } },
      state(5),
    ];
    expect(await store.events.append(id, batch(1, told.slice(0, 2)))).toEqual({ seq: 2 });
    expect(await store.events.append(id, batch(1, told.slice(2)))).toEqual({ seq: 5 });
    expect(await store.events.past(id)).toEqual(told.map((event) => ({ term: 1, event })));
    expect(numbers(await store.events.after(id, 1, 3))).toEqual(['1.4', '1.5']);
    expect(numbers(await store.events.after(id, 2, 0))).toEqual([]);
  });

  test('told twice, overlapping or all again, each is kept once', async () => {
    const store = await bench.open();
    const id = await begin(store);
    await store.events.append(id, batch(1, [state(1), state(2)]));
    expect(await store.events.append(id, batch(1, [state(1), state(2)]))).toEqual({ seq: 2 });
    expect(await store.events.append(id, batch(1, [state(2), state(3)]))).toEqual({ seq: 3 });
    expect(await store.events.append(id, batch(1, []))).toEqual({ seq: 3 });
    expect(numbers(await store.events.past(id))).toEqual(['1.1', '1.2', '1.3']);
  });

  test('the same batch at once from ten senders is kept once, and heard of once', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const heard: string[] = [];
    store.events.onAppended((session, events) => heard.push(...numbers(events).map((number) => `${session}.${number}`)));
    const receipts = await Promise.all(Array.from({ length: 10 }, () => store.events.append(id, batch(1, [learnerTurn(1), learnerTurn(2)]))));
    expect(receipts).toEqual(Array(10).fill({ seq: 2 }));
    expect(numbers(await store.events.past(id))).toEqual(['1.1', '1.2']);
    expect(heard).toEqual([`${id}.1.1`, `${id}.1.2`]);
    expect(await store.summaries.get(id)).toMatchObject({ turns: 2, words: 6 });
  });

  test.for([{ events: [state(2)], expected: 1 }, { events: [state(1), state(3)], expected: 2 }, { events: [state(2), state(1)], expected: 1 }])('a gap is refused, whole', async ({ events, expected }) => {
    const store = await bench.open();
    const id = await begin(store);
    await expect(store.events.append(id, batch(1, events))).rejects.toMatchObject({ code: 'EVENTS_GAP', details: { expected } });
    expect(await store.events.past(id)).toEqual([]);
  });

  test('an earlier coach still tells what it had to, also after the end; order is by term', async () => {
    const store = await bench.open();
    const id = await begin(store, 2);
    await store.events.append(id, batch(2, [state(1)]));
    await store.events.append(id, batch(1, [state(1)]));
    await store.events.append(id, batch(2, [ended(2)]));
    await store.events.append(id, batch(1, [state(2), ended(3, 'error')]));
    expect(numbers(await store.events.past(id))).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2']);
    expect(await store.sessions.get(id)).toMatchObject({ reason: 'finished' });
  });

  test('an earlier coach does not end what another goes on with', async () => {
    const store = await bench.open();
    const id = await begin(store, 2);
    await store.events.append(id, batch(1, [ended(1, 'left')]));
    const session = await store.sessions.get(id);
    expect(session).toMatchObject({ leased: true });
    expect(session.endedAt).toBeUndefined();
  });

  test.for(['time', 'finished', 'left', 'error'] as const)('session_ended by %s ends the session', async (reason) => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await begin(store);
    clock.advance(60_000);
    await store.events.append(id, batch(1, [ended(1, reason, BEGINNING + 20_000)], clock.wall()));
    expect(await store.sessions.get(id)).toMatchObject({ endedAt: BEGINNING + 20_000, reason, leased: false });
  });

  test('a coach that was taken down ends its term, not the session', async () => {
    const store = await bench.open();
    const id = await begin(store);
    await store.events.append(id, batch(1, [ended(1, 'closed')]));
    expect((await store.sessions.get(id)).endedAt).toBeUndefined();
    await expect(store.events.append(id, batch(1, [ended(1, 'closed'), state(2)]))).rejects.toMatchObject({ code: 'SESSION_OVER' });
    await store.leases.release(id, 1);
    await expect(store.leases.claim(id, 'job-2')).resolves.toEqual({ term: 2 });
  });

  test('nothing follows session_ended', async () => {
    const store = await bench.open();
    const id = await begin(store);
    await expect(store.events.append(id, batch(1, [ended(1), state(2)]))).rejects.toMatchObject({ code: 'SESSION_OVER' });
    expect(await store.events.past(id)).toEqual([]);
    await store.events.append(id, batch(1, [ended(1)]));
    await expect(store.events.append(id, batch(1, [state(2)]))).rejects.toMatchObject({ code: 'SESSION_OVER' });
    expect(await store.events.append(id, batch(1, [ended(1)]))).toEqual({ seq: 1 });
    expect(await store.events.append(id, batch(1, []))).toEqual({ seq: 1 });
  });

  test('the coach of a session that was taken down may still tell of its end', async () => {
    const store = await bench.open();
    const id = await begin(store);
    await store.sessions.end(id, 'closed');
    await store.events.append(id, batch(1, [learnerTurn(1), ended(2, 'left')]));
    expect(await store.sessions.get(id)).toMatchObject({ reason: 'closed', leased: false });
    expect(await store.summaries.get(id)).toMatchObject({ turns: 1 });
  });

  test('terms that never began are refused', async () => {
    const store = await bench.open();
    const { record: { id } } = await store.sessions.begin(newSession());
    for (const term of [1, 7, 0, -1]) await expect(store.events.append(id, batch(term, [state(1)]))).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  test('numbers that cannot be kept are refused', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const odd = [
      batch(1e300, [state(1)]), batch(1.5, [state(1)]), batch(1, [state(1e300)]), batch(1, [state(1, 2 ** 60)]), batch(1, [state(1, Number.NaN)]), batch(1, [state(1)], -1e300),
      batch(1, [learnerTurn(1, { startedAt: 2 ** 62 })]), batch(1, [coachTurn(1, { durationMs: 1e300 })]),
    ];
    for (const one of odd) await expect(store.events.append(id, one)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    for (const seq of [Number.NaN, 1e300, 0.5]) await expect(store.events.after(id, 1, seq)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await store.events.past(id)).toEqual([]);
  });

  test('an erased session takes nothing more', async () => {
    const store = await bench.open();
    const id = await begin(store);
    await store.events.append(id, batch(1, [state(1)]));
    await store.learners.eraseSession(id);
    const attempts = [() => store.events.append(id, batch(1, [state(2)])), () => store.events.past(id), () => store.sessions.get(id), () => store.leases.claim(id, 'job'), () => store.leases.renew(id, 1), () => store.summaries.get(id), () => store.review(id)];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'SESSION_ERASED' });
  });

  test.for([300_000, -300_000, 2_001])('a sender’s clock is %d ms off', async (off) => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await begin(store);
    await store.events.append(id, batch(1, [state(1, BEGINNING + off - 500), learnerTurn(2, { at: BEGINNING + off, startedAt: BEGINNING + off - 3_000 })], BEGINNING + off));
    const [first, second] = await store.events.past(id);
    expect(first?.event).toEqual(state(1, BEGINNING - 500));
    expect(second?.event).toMatchObject({ at: BEGINNING, startedAt: BEGINNING - 3_000 });
  });

  test('a batch may be under way for two seconds', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await begin(store);
    clock.advance(2_000);
    await store.events.append(id, batch(1, [state(1)]));
    expect((await store.events.past(id))[0]?.event.at).toBe(BEGINNING);
  });

  test('the service’s own wall clock jumps: order and numbers stay', async () => {
    const clock = new SettableClock();
    const store = await bench.open({ clock });
    const id = await begin(store);
    for (let seq = 1; seq <= 6; seq += 1) {
      await store.events.append(id, batch(1, [state(seq, clock.wall())], clock.wall()));
      clock.set(seq % 2 ? 3_600_000 : -7_200_000);
    }
    expect(numbers(await store.events.past(id))).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5', '1.6']);
  });

  test('a listener that fails spoils nothing', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const heard: string[] = [];
    store.events.onAppended(() => {
      throw new Error('the page went away');
    });
    store.events.onAppended((_, events) => heard.push(...numbers(events)));
    expect(await store.events.append(id, batch(1, [state(1)]))).toEqual({ seq: 1 });
    expect(heard).toEqual(['1.1']);
  });

  test('who listens hears of what was kept, and no more after leaving', async () => {
    const store = await bench.open();
    const id = await begin(store);
    const heard: string[] = [];
    const leave = store.events.onAppended((_, events) => heard.push(...numbers(events)));
    await store.events.append(id, batch(1, [state(1), state(2)]));
    await store.events.append(id, batch(1, [state(2)]));
    await expect(store.events.append(id, batch(1, [state(5)]))).rejects.toMatchObject({ code: 'EVENTS_GAP' });
    leave();
    await store.events.append(id, batch(1, [state(3)]));
    expect(heard).toEqual(['1.1', '1.2']);
  });
});
