import { Kysely, type Dialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { migrate } from '../../sessions/migrate.ts';
import { MIGRATIONS } from '../../sessions/migrations/migrations.ts';
import { postgresDialect } from '../../sessions/postgres.ts';
import { NodeSqliteDialect } from '../../sessions/sqlite.ts';
import type { Tables } from '../../sessions/tables.ts';
import { newSession, onBothDatabases, type StorePlace } from './test-store.ts';

const LATER: Record<string, Migration> = {
  ...MIGRATIONS,
  '9999-later': { up: async (db) => db.schema.alterTable('sessions').addColumn('mood', 'text').execute() },
};

function connect({ home, databaseUrl }: StorePlace): Kysely<Tables> {
  const dialect: Dialect = databaseUrl === undefined ? new NodeSqliteDialect(join(home, 'sessions.db')) : postgresDialect(databaseUrl, pino({ level: 'silent' }));
  const kysely = new Kysely<Tables>({ dialect });
  onTestFinished(() => kysely.destroy());
  return kysely;
}

onBothDatabases((bench) => {
  test('five services that open a new database at once', async () => {
    const place = await bench.place();
    const stores = await Promise.all(Array.from({ length: 5 }, () => bench.open({ place, clock: systemClock })));
    const begun = await Promise.all(stores.map(({ sessions }) => sessions.begin(newSession())));
    for (const { record: { id } } of begun) for (const { sessions } of stores) expect((await sessions.get(id)).record.id).toBe(id);
  });

  test('an older database is brought up to date with all that is in it', async () => {
    const place = await bench.place();
    const store = await bench.open({ place });
    const begun = await store.sessions.begin(newSession());
    await store.close();
    const kysely = connect(place);
    await migrate(kysely, 'db', LATER);
    await migrate(kysely, 'db', LATER);
    expect(await kysely.$extendTables<{ sessions: { mood: string | null } }>().selectFrom('sessions').select(['id', 'mood']).execute()).toEqual([{ id: begun.record.id, mood: null }]);
  });

  test('a newer database is refused and left alone', async () => {
    const place = await bench.place();
    await migrate(connect(place), 'db', LATER);
    await expect(bench.open({ place })).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    const migrations = await connect(place).$extendTables<Record<'eloquence_migrations', { name: string }>>().selectFrom('eloquence_migrations').select('name').orderBy('name').execute();
    expect(migrations.map(({ name }) => name)).toEqual(Object.keys(LATER));
  });

  test('a migration that fails changes nothing', async () => {
    const place = await bench.place();
    await (await bench.open({ place })).close();
    const broken: Record<string, Migration> = {
      ...MIGRATIONS,
      '9999-later': { async up(db) {
        await db.schema.alterTable('sessions').addColumn('mood', 'text').execute();
        throw new Error('half way');
      } },
    };
    await expect(migrate(connect(place), 'db', broken)).rejects.toThrow('half way');
    await migrate(connect(place), 'db', LATER);
  });
}, { ownTables: true });
