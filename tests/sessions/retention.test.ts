import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { Store } from '../../sessions/store.ts';
import { batch, BEGINNING, learnerTurn } from './test-events.ts';
import { EXERCISE, newSession, onBothDatabases } from './test-store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function spoken({ sessions, leases, events, recordings }: Store, clock: ManualClock, title = 'Titre'): Promise<string> {
  const { record: { id } } = await sessions.begin(newSession({ exercise: { ...EXERCISE, title } }));
  await leases.claim(id, 'job');
  await events.append(id, batch(1, [learnerTurn(1)], clock.wall()));
  await recordings.put(id, 1, { startedAt: BEGINNING, durationMs: 1_000, contentType: 'audio/ogg' }, Readable.from(['sound']));
  return id;
}

onBothDatabases((bench) => {
  test('sessions go after keepDays, with all that belongs to them', async () => {
    const clock = new ManualClock();
    const place = await bench.place();
    const store = await bench.open({ clock, place, settings: { keepDays: 10, keepRecordingsDays: 0 } });
    const old = [];
    for (let count = 0; count < 25; count += 1) old.push(await spoken(store, clock, 'Ancien'));
    clock.advance(5 * DAY);
    const young = await spoken(store, clock);
    await store.retention.run();
    expect(await store.events.past(old[0] ?? '')).toHaveLength(1);
    clock.advance(5 * DAY + 1);
    await store.retention.run();
    for (const id of old) await expect(store.sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    expect(await store.events.past(young)).toHaveLength(1);
    expect(readdirSync(join(place.home, 'recordings'))).toEqual([young]);
    // A lesson that nobody refers to is gone, too: begun again it is written again.
    expect((await store.sessions.get(await spoken(store, clock, 'Ancien'))).record.exercise).toMatchObject({ title: 'Ancien' });
  });

  test('recordings go after keepRecordingsDays, their session stays', async () => {
    const clock = new ManualClock();
    const place = await bench.place();
    const store = await bench.open({ clock, place, settings: { keepDays: 0, keepRecordingsDays: 3 } });
    const id = await spoken(store, clock);
    clock.advance(3 * DAY + 1);
    await store.retention.run();
    await expect(store.recordings.open(id, 1)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    expect(existsSync(join(place.home, 'recordings', id))).toBe(false);
    expect(await store.events.past(id)).toHaveLength(1);
    clock.advance(4_000 * DAY);
    await store.retention.run();
    expect(await store.events.past(id)).toHaveLength(1);
  });

  test('an erased session is known to be one for a year', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const id = await spoken(store, clock);
    await store.learners.eraseSession(id);
    clock.advance(365 * DAY);
    await store.retention.run();
    await expect(store.sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_ERASED' });
    clock.advance(1);
    await store.retention.run();
    await expect(store.sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });

  test('a session that nobody ended is over after a day, one that is led is not', async () => {
    const clock = new ManualClock();
    const store = await bench.open({ clock });
    const spokenOf = await spoken(store, clock);
    const { record: { id: silent } } = await store.sessions.begin(newSession());
    const led = await spoken(store, clock);
    clock.advance(23 * HOUR);
    await store.leases.renew(led, 1);
    clock.advance(2 * HOUR);
    await store.retention.run();
    expect((await store.sessions.running()).map(({ record }) => record.id)).toEqual([led]);
    expect(await store.sessions.get(silent)).toMatchObject({ endedAt: BEGINNING, reason: 'left' });
    expect(await store.sessions.get(spokenOf)).toMatchObject({ endedAt: BEGINNING + 1_100, reason: 'left' });
  });

  test('it happens at the opening and every hour by itself', async () => {
    const clock = new ManualClock();
    const place = await bench.place();
    const before = await bench.open({ clock, place });
    const first = await spoken(before, clock);
    await before.close();
    clock.advance(365 * DAY - HOUR / 2);
    const store = await bench.open({ clock, place });
    await store.retention.run();
    await expect(store.sessions.get(first)).resolves.toBeDefined();
    await vi.waitFor(async () => {
      clock.advance(HOUR);
      await expect(store.sessions.get(first)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    }, { timeout: 20_000 });
    await store.close();
    const reopened = await bench.open({ clock, place });
    await reopened.retention.run();
    expect(await reopened.summaries.all()).toEqual({ sessions: [] });
  });

  test('what cannot be removed is left for the next time, and never thrown', async () => {
    const clock = new ManualClock();
    const place = await bench.place();
    const store = await bench.open({ clock, place, settings: { keepDays: 10 } });
    const id = await spoken(store, clock);
    clock.advance(11 * DAY);
    const blob = join(place.home, 'recordings', id, '1');
    const inTheWay = join(place.home, 'recordings', id, '1.folder');
    mkdirSync(inTheWay);
    writeFileSync(join(inTheWay, 'x'), '');
    await store.retention.run();
    await expect(store.sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    rmSync(inTheWay, { recursive: true });
    await store.retention.run();
    expect(existsSync(blob)).toBe(false);
  });
});
