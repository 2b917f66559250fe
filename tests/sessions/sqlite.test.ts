import { chmodSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock, systemClock } from '../../core/clock.ts';
import { Database } from '../../sessions/database.ts';
import { EventLog } from '../../sessions/event-log.ts';
import { LeaseTime } from '../../sessions/lease-time.ts';
import { Leases } from '../../sessions/leases.ts';
import { LessonShelf } from '../../sessions/lesson-shelf.ts';
import { Sessions } from '../../sessions/sessions.ts';
import { NodeSqliteDialect } from '../../sessions/sqlite.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { batch, learnerTurn, state } from './test-events.ts';
import { benchOf, newSession } from './test-store.ts';

const bench = benchOf(() => Promise.resolve(undefined));
const at = (home: string): { home: string; databaseUrl: undefined } => ({ home, databaseUrl: undefined });

/** Lets time pass until `work` is done. */
async function whileTimePasses<Result>(clock: ManualClock, work: Promise<Result>): Promise<Result> {
  const progress = { done: false };
  const settled = work.finally(() => {
    progress.done = true;
  });
  settled.catch(() => undefined);
  while (!progress.done) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(100);
  }
  return settled;
}

test('the files are for this user alone', async () => {
  const home = join(temporaryFolder(), 'new', 'home');
  const { sessions } = await bench.open({ place: at(home) });
  await sessions.begin(newSession());
  const files = readdirSync(home).filter((name) => name.startsWith('sessions.db'));
  expect(files).toContain('sessions.db-wal');
  for (const name of files) expect(statSync(join(home, name)).mode & 0o777).toBe(0o600);
});

test('a file that others could read is closed to them', async () => {
  const place = await bench.place();
  await (await bench.open({ place })).close();
  chmodSync(join(place.home, 'sessions.db'), 0o644);
  await bench.open({ place });
  expect(statSync(join(place.home, 'sessions.db')).mode & 0o777).toBe(0o600);
});

test('another program holds the database: waited for, then busy, then well again', async () => {
  const clock = new ManualClock();
  const place = await bench.place();
  const store = await bench.open({ place, clock });
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  const other = new DatabaseSync(join(place.home, 'sessions.db'));
  onTestFinished(() => other.close());
  other.exec('begin exclusive');
  await expect(whileTimePasses(clock, store.events.append(id, batch(1, [state(1)])))).rejects.toMatchObject({ code: 'DATABASE_BUSY', retryable: true });
  expect(await store.events.past(id)).toEqual([]);
  const waiting = store.events.append(id, batch(1, [state(1)]));
  await new Promise((resolve) => setImmediate(resolve));
  other.exec('rollback');
  expect(await whileTimePasses(clock, waiting)).toEqual({ seq: 1 });
  expect(await store.events.append(id, batch(1, [state(1), state(2)]))).toEqual({ seq: 2 });
});

test('a full disk writes nothing by half, and what was there stays', async () => {
  const clock = new ManualClock();
  const file = join(temporaryFolder(), 'sessions.db');
  const database = new Database('sqlite', file, new NodeSqliteDialect(file), clock);
  onTestFinished(() => database.close());
  await database.migrate();
  const time = new LeaseTime(clock);
  const sessions = new Sessions({ database, lessons: new LessonShelf(database), time });
  const events = new EventLog({ database, time, log: pino({ level: 'silent' }) });
  const { record: { id } } = await sessions.begin(newSession());
  await new Leases({ database, time }).claim(id, 'job');
  const limit = (pages: number) => database.read((queries) => sql`pragma max_page_count = ${sql.raw(String(pages))}`.execute(queries));
  await limit(60);
  const twenty = (first: number) => batch(1, Array.from({ length: 20 }, (_, index) => learnerTurn(first + index, { text: 'mot '.repeat(200).trim() })));
  let kept = 0;
  const fill = async (): Promise<never> => {
    for (;;) kept = (await events.append(id, twenty(kept + 1))).seq;
  };
  await expect(fill()).rejects.toMatchObject({ code: 'DATABASE_FULL', retryable: true });
  await expect(fill()).rejects.toMatchObject({ code: 'DATABASE_FULL' });
  const numbers = async (): Promise<number[]> => (await events.past(id)).map(({ event }) => event.seq);
  expect(await numbers()).toEqual(Array.from({ length: kept }, (_, index) => index + 1));
  const counted = (): Promise<{ turns: number } | undefined> => database.read((queries) => queries.selectFrom('sessions').select('turns').where('id', '=', id).executeTakeFirst());
  expect(await counted()).toEqual({ turns: kept });
  await expect(sessions.begin(newSession({ room: 'x'.repeat(100_000) }))).rejects.toMatchObject({ code: 'DATABASE_FULL' });
  expect(await sessions.running()).toHaveLength(1);
  await limit(100_000);
  expect(await events.append(id, twenty(kept + 1))).toEqual({ seq: kept + 20 });
  expect(await counted()).toEqual({ turns: kept + 20 });
});

test.for(['this is no database, it is a long text that somebody put here by mistake '.repeat(20), '{"json": true}'])('what is no database is not touched', async (text) => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'sessions.db'), text);
  await expect(bench.open({ place: at(home) })).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE', details: { database: join(home, 'sessions.db') } });
  expect(readFileSync(join(home, 'sessions.db'), 'utf8')).toBe(text);
});

test('a damaged database is named, and restored from a copy it is well', async () => {
  const place = await bench.place();
  const file = join(place.home, 'sessions.db');
  const store = await bench.open({ place });
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.close();
  const copy = readFileSync(file);
  const descriptor = openSync(file, 'r+');
  for (let offset = 100; offset < copy.length; offset += 512) writeSync(descriptor, Buffer.alloc(300, 0xa5), 0, 300, offset);
  closeSync(descriptor);
  await expect(bench.open({ place })).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' });
  truncateSync(file, 5_000);
  await expect(bench.open({ place })).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' });
  writeFileSync(file, copy);
  expect((await (await bench.open({ place })).sessions.get(id)).record.id).toBe(id);
});

test('a folder that cannot be written is named', async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'sessions.db'));
  await expect(bench.open({ place: at(home) })).rejects.toMatchObject({ code: 'DATA_UNWRITABLE', details: { folder: home, reason: 'EISDIR' } });
  writeFileSync(join(home, 'file'), '');
  await expect(bench.open({ place: at(join(home, 'file')) })).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
});

test('an empty file is a new database', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'sessions.db'), '');
  const { sessions } = await bench.open({ place: at(home) });
  await expect(sessions.begin(newSession())).resolves.toBeDefined();
});

test('a kill in the middle loses nothing that was kept', async () => {
  const place = await bench.place();
  const store = await bench.open({ place });
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  await store.events.append(id, batch(1, [state(1), state(2)]));
  // Its files as they lie there now, the journal not yet taken in.
  const left = temporaryFolder();
  for (const name of readdirSync(place.home).filter((one) => /^sessions\.db(?:-wal)?$/.test(one))) writeFileSync(join(left, name), readFileSync(join(place.home, name)));
  const after = await bench.open({ place: at(left), clock: systemClock });
  expect(await after.events.past(id)).toHaveLength(2);
});

test('a copy made while it runs is a whole database', async () => {
  const place = await bench.place();
  const store = await bench.open({ place });
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  await store.events.append(id, batch(1, [state(1)]));
  const copy = temporaryFolder();
  const other = new DatabaseSync(join(place.home, 'sessions.db'));
  other.exec(`vacuum into '${join(copy, 'sessions.db')}'`);
  other.close();
  await store.events.append(id, batch(1, [state(2)]));
  expect(await (await bench.open({ place: at(copy) })).events.past(id)).toHaveLength(1);
});

test.for(['{ half', ''])('a lesson that somebody spoilt is no exercise, and harms no other session', async (content) => {
  const place = await bench.place();
  const { record: { id } } = await (await bench.open({ place })).sessions.begin(newSession());
  const other = new DatabaseSync(join(place.home, 'sessions.db'));
  other.prepare('update lessons set content = ?').run(content);
  other.close();
  const { sessions, events } = await bench.open({ place });
  await expect(sessions.get(id)).rejects.toMatchObject({ code: 'SESSION_UNPLAYABLE' });
  expect(await events.past(id)).toEqual([]);
});
