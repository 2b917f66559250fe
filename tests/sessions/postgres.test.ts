import { inspect } from 'node:util';
import { pino } from 'pino';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock, systemClock } from '../../core/clock.ts';
import { openStore } from '../../sessions/store.ts';
import { PASSWORD } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { batch, learnerTurn, state } from './test-events.ts';
import { benchOf, newSession, NO_SECRETS, SETTINGS, usePostgres } from './test-store.ts';

const server = usePostgres();
const bench = benchOf(() => server().newDatabase());
const open = (databaseUrl: string) => openStore({ home: temporaryFolder(), settings: SETTINGS, secrets: { ...NO_SECRETS, databaseUrl }, clock: new ManualClock(), log: pino({ level: 'silent' }) });

/** The error, with nothing in it that nobody may see. */
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD);
  return error;
}

/** Resolves when a connection waits for what another one holds. Asked anew each time: within a transaction the answer stays. */
async function untilOneWaits(databaseUrl = ''): Promise<void> {
  const database = new URL(databaseUrl).pathname.slice(1);
  await expect.poll(() => server().query(database, "select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")).toEqual([{ waiting: 1 }]);
}

test.for([
  ['postgres://eloquence:PASSWORD@127.0.0.1:9/db', '127.0.0.1:9/db'],
  ['postgres://eloquence:PASSWORD@nowhere.invalid/db', 'nowhere.invalid/db'],
  ['postgres://eloquence:PASSWORD@%zz/db', '%zz/db'],
  ['postgres://eloquence:PASSWORD%@127.0.0.1:9/db', '127.0.0.1:9/db'],
  ['mysql://eloquence:PASSWORD@127.0.0.1/db', 'PostgreSQL'],
  ['eloquence:PASSWORD@127.0.0.1/db', 'PostgreSQL'],
  ['postgres://eloquence:PASSWORD@/db?host=/no/such/socket', '/no/such/socket/db'],
] as const)('%s is not reached', async ([url, database]) => {
  expect(await errorOf(open(url.replace('PASSWORD', PASSWORD)))).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { database } });
});

test('a database that is not there is named without its password', async () => {
  expect(await errorOf(open(server().address('nobody_made_it')))).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { reason: 'there is no such database' } });
});

test('a server without TLS where TLS is asked for', async () => {
  expect(await errorOf(open(`${await server().newDatabase()}?sslmode=verify-full`))).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { reason: 'it speaks no TLS' } });
});

test('the server goes away in the middle and comes back: no event is lost or doubled', async () => {
  const store = await bench.open();
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  const told = (first: number) => store.events.append(id, batch(1, [learnerTurn(first), state(first + 1)]));
  let seq = 0;
  /** As an outbox does: what was not acknowledged is sent again. */
  const tell = async (): Promise<boolean> => {
    try {
      ({ seq } = await told(seq + 1));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', retryable: true });
      return false;
    }
  };
  while (seq < 20) await tell();
  // Some are on their way just then: kept or not, whoever sent them cannot know.
  await Promise.all([tell(), server().pause()]);
  expect(await tell()).toBe(false);
  expect(await tell()).toBe(false);
  await server().resume();
  while (seq < 60) await tell();
  expect((await store.events.past(id)).map(({ event }) => event.seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(await store.summaries.get(id)).toMatchObject({ turns: 30 });
});

test('calls on many connections when the server goes all end, and end well afterwards', async () => {
  const store = await bench.open();
  const begun = await Promise.all(Array.from({ length: 30 }, (_, index) => store.sessions.begin(newSession({ room: `room-${index}` }))));
  const calls = Promise.allSettled(begun.map(async ({ record: { id } }) => {
    for (;;) await store.sessions.get(id);
  }));
  await server().pause();
  for (const { status } of await calls) expect(status).toBe('rejected');
  expect(await errorOf(store.sessions.running())).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  await server().resume();
  expect(await store.sessions.running()).toHaveLength(30);
});

test('a full disk writes nothing by half', async () => {
  const place = await bench.place();
  const store = await bench.open({ place });
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  await store.events.append(id, batch(1, [learnerTurn(1)]));
  const database = new URL(place.databaseUrl ?? '').pathname.slice(1);
  await server().query(database, `create function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
    create trigger no_room before insert on events for each row when (new.seq > 2) execute function no_room()`);
  await expect(store.events.append(id, batch(1, [learnerTurn(2), learnerTurn(3)]))).rejects.toMatchObject({ code: 'DATABASE_FULL', retryable: true });
  expect(await store.events.past(id)).toHaveLength(1);
  expect(await store.summaries.get(id)).toMatchObject({ turns: 1 });
  await server().query(database, 'drop trigger no_room on events');
  expect(await store.events.append(id, batch(1, [learnerTurn(2), learnerTurn(3)]))).toEqual({ seq: 3 });
});

test('a session begins just when the retention deletes its lesson', async () => {
  const place = await bench.place();
  const store = await bench.open({ place, clock: systemClock });
  await store.retention.run();
  await store.sessions.forget((await store.sessions.begin(newSession())).record.id);
  const retention = new pg.Client({ connectionString: place.databaseUrl });
  await retention.connect();
  onTestFinished(() => retention.end());
  await retention.query('begin');
  await retention.query('delete from lessons');
  const beginning = store.sessions.begin(newSession());
  await untilOneWaits(place.databaseUrl);
  await retention.query('commit');
  expect((await store.sessions.get((await beginning).record.id)).record.exercise).toBeDefined();
});

test('a row that somebody else holds is waited for', async () => {
  const place = await bench.place();
  const store = await bench.open({ place, clock: systemClock });
  await store.retention.run();
  const { record: { id } } = await store.sessions.begin(newSession());
  await store.leases.claim(id, 'job');
  const other = new pg.Client({ connectionString: place.databaseUrl });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query('begin');
  await other.query('select * from sessions for update');
  const waiting = store.events.append(id, batch(1, [state(1)]));
  await untilOneWaits(place.databaseUrl);
  await other.query('rollback');
  expect(await waiting).toEqual({ seq: 1 });
});
