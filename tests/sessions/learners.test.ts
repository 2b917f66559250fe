import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { Store } from '../../sessions/store.ts';
import { batch, BEGINNING, ended, learnerTurn } from './test-events.ts';
import { benchOf, newSession, onBothDatabases } from './test-store.ts';

const SAID = 'Mon secret est bien gardé ici.';

/** A session with two events and a recording. */
async function spoken({ sessions, leases, events, recordings }: Store, learner: string): Promise<string> {
  const { record: { id } } = await sessions.begin(newSession({ learner, room: `salon-de-${learner}` }));
  await leases.claim(id, 'job');
  await events.append(id, batch(1, [learnerTurn(1, { text: SAID }), ended(2)]));
  await recordings.put(id, 1, { startedAt: BEGINNING, durationMs: 1_000, contentType: 'audio/ogg' }, Readable.from(['sound']));
  return id;
}

onBothDatabases((bench) => {
  test('everything of a learner comes out, and nothing of another', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const first = await spoken(store, 'zoe');
    clock.advance(1_000);
    const second = await spoken(store, 'zoe');
    await spoken(store, 'max');
    const { learner, exportedAt, sessions } = await store.learners.export('zoe');
    expect({ learner, exportedAt }).toEqual({ learner: 'zoe', exportedAt: '2023-11-14T22:13:21.000Z' });
    expect(sessions.map(({ id }) => id)).toEqual([first, second]);
    expect(JSON.parse(JSON.stringify(sessions[0]))).toEqual({
      id: first, room: 'salon-de-zoe', exercise: { id: 'conversation_libre_marie', title: expect.any(String) as string, language: 'fr', coach: 'Marie' },
      startedAt: '2023-11-14T22:13:20.000Z', endedAt: '2023-11-14T22:13:20.000Z', reason: 'finished', recordingAgreed: true,
      events: [{ term: 1, event: learnerTurn(1, { text: SAID }) }, { term: 1, event: ended(2) }],
      recordings: [{ session: first, term: 1, key: `${first}/1`, startedAt: BEGINNING, durationMs: 1_000, bytes: 5, contentType: 'audio/ogg', url: `/sessions/${first}/recordings/1` }],
    });
    for (const { session, term } of sessions.flatMap(({ recordings }) => recordings)) {
      expect((await buffer(await (await store.recordings.open(session, term)).stream())).toString()).toBe('sound');
    }
    expect((await store.learners.export('nobody')).sessions).toEqual([]);
  });

  test('everything of a learner goes, and nothing of another', async () => {
    const place = await bench.place();
    const store = await bench.open({ place });
    const ids = [];
    for (let count = 0; count < 23; count += 1) ids.push(await spoken(store, 'zoe'));
    const other = await spoken(store, 'max');
    expect(await store.learners.erase('zoe')).toEqual({ sessions: 23, events: 46, recordings: 23 });
    for (const id of ids) await expect(store.sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_ERASED' });
    expect(readdirSync(join(place.home, 'recordings'))).toEqual([other]);
    expect(await store.events.past(other)).toHaveLength(2);
    expect((await store.learners.export('zoe')).sessions).toEqual([]);
    expect(await store.learners.erase('zoe')).toEqual({ sessions: 0, events: 0, recordings: 0 });
  });

  test('one session goes; the others stay', async () => {
    const store = await bench.open();
    const [first, second] = [await spoken(store, 'zoe'), await spoken(store, 'zoe')];
    expect(await store.learners.eraseSession(first)).toEqual({ sessions: 1, events: 2, recordings: 1 });
    expect(await store.learners.eraseSession(first)).toEqual({ sessions: 0, events: 0, recordings: 0 });
    expect((await store.learners.export('zoe')).sessions.map(({ id }) => id)).toEqual([second]);
  });
});

test('SQLite’s files hold nothing of what was erased', async () => {
  const bench = benchOf(() => Promise.resolve(undefined));
  const place = await bench.place();
  const store = await bench.open({ place });
  const files = (): string => readdirSync(place.home).filter((name) => name.startsWith('sessions.db')).map((name) => readFileSync(join(place.home, name)).toString('latin1')).join('');
  await spoken(store, 'learner-of-the-secret');
  expect(files()).toContain('Mon secret est bien');
  await store.learners.erase('learner-of-the-secret');
  expect(files()).not.toContain('Mon secret est bien');
  expect(files()).not.toContain('learner-of-the-secret');
});
