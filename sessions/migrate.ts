import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { CodedError } from '../core/errors.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import type { Tables } from './tables.ts';

/** Where the migrations that were made are noted: names of our own, for a database that another program shares. */
const NOTED = 'eloquence_migrations';
const LOCK = 'eloquence_migrations_lock';

type Noted = Record<typeof NOTED, { name: string }>;

/**
 * Brings the tables up to date. Processes that open a database together take turns.
 * @param name the database, as an error names it
 * @throws CodedError DATABASE_NEWER for a database with migrations that this program does not know; else what the driver throws
 */
export async function migrate(kysely: Kysely<Tables>, name: string, migrations: Readonly<Record<string, Migration>> = MIGRATIONS): Promise<void> {
  const unknown = (await noted(kysely)).filter((migration) => !Object.hasOwn(migrations, migration));
  if (unknown.length > 0) throw new CodedError('DATABASE_NEWER', { database: name });
  const { error } = await new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve({ ...migrations }) }, migrationTableName: NOTED, migrationLockTableName: LOCK }).migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new TypeError('A migration threw what is no error.', { cause: error });
}

async function noted(kysely: Kysely<Tables>): Promise<string[]> {
  const tables = await kysely.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === NOTED)) return [];
  const rows = await kysely.$extendTables<Noted>().selectFrom(NOTED).select('name').execute();
  return rows.map(({ name }) => name);
}
