import { expect, test } from 'vitest';
import { heapUsed } from '../support/heap-used.ts';
import { batch, coachTurn, ended, learnerTurn } from './test-events.ts';
import { EXERCISE, newSession, onBothDatabases } from './test-store.ts';

const SESSIONS = 500;
const TURNS = 6;
/** Between the middle and the end, bytes: less than two sessions’ worth of what each holds while it runs. */
const GROWTH = 2_000_000;

onBothDatabases((bench) => {
  test(`${SESSIONS} sessions in a row: every count is right, and the memory stays`, async () => {
    const { sessions, leases, events, summaries, learners, review } = await bench.open();
    let heard = 0;
    events.onAppended((_, kept) => {
      heard += kept.length;
    });
    let middle = 0;
    for (let count = 1; count <= SESSIONS; count += 1) {
      const { record: { id } } = await sessions.begin(newSession({ room: `room-${count}`, learner: `learner-${count % 10}`, exercise: { ...EXERCISE, title: `Version ${count % 5}` } }));
      await leases.claim(id, `job-${count}`);
      const told = [...Array.from({ length: TURNS }, (_, turn) => [learnerTurn(2 * turn + 1), coachTurn(2 * turn + 2)]).flat(), ended(2 * TURNS + 1)];
      await events.append(id, batch(1, told.slice(0, TURNS)));
      await events.append(id, batch(1, told.slice(TURNS)));
      if (count % 50 === 0) expect((await review(id)).turns).toHaveLength(2 * TURNS);
      if (count === SESSIONS / 2) middle = heapUsed();
    }
    expect(heapUsed() - middle).toBeLessThan(GROWTH);
    expect(heard).toBe(SESSIONS * (2 * TURNS + 1));
    expect(await sessions.running()).toEqual([]);
    let listed = 0;
    for (let learner = 0; learner < 10; learner += 1) {
      const { sessions: summed, next } = await summaries.of(`learner-${learner}`, { limit: 200 });
      expect(next).toBeUndefined();
      expect(summed.map(({ turns, words }) => [turns, words])).toEqual(Array(SESSIONS / 10).fill([TURNS, 3 * TURNS]));
      listed += summed.length;
    }
    expect(listed).toBe(SESSIONS);
    expect(await learners.erase('learner-3')).toEqual({ sessions: SESSIONS / 10, events: (SESSIONS / 10) * (2 * TURNS + 1), recordings: 0 });
  });
});
