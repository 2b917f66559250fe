import { dirname, join } from 'node:path';
import { Kysely, sql, type Dialect, type Transaction } from 'kysely';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { migrate } from './migrate.ts';
import { patiently } from './patience.ts';
import { postgresDialect, postgresName } from './postgres.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Inside a transaction, or for questions of one statement. */
export type Queries = Kysely<Tables>;

/** The only way to the tables: maps what the driver throws, and tries again while others write. */
export class Database {
  /** As errors and logs call it; never with a password. */
  readonly name: string;
  readonly kind: 'sqlite' | 'postgres';
  readonly #kysely: Kysely<Tables>;
  readonly #clock: Clock;

  constructor(kind: 'sqlite' | 'postgres', name: string, dialect: Dialect, clock: Clock) {
    this.kind = kind;
    this.name = name;
    this.#kysely = new Kysely<Tables>({ dialect });
    this.#clock = clock;
  }

  migrate(): Promise<void> {
    return this.#attempt(() => migrate(this.#kysely, this.name));
  }

  /** @throws CodedError DATABASE_… */
  read<Result>(question: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#attempt(() => question(this.#kysely));
  }

  /**
   * One transaction: all of it or nothing. May run more than once, so `work` changes nothing but the database.
   * @throws CodedError DATABASE_…
   */
  write<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#attempt(() => this.#kysely.transaction().execute(work));
  }

  async check(): Promise<void> {
    await this.read((queries) => sql`select 1`.execute(queries));
  }

  /** Lets no deleted text stay behind in SQLite’s journal; PostgreSQL sees to its own. */
  async scrub(): Promise<void> {
    if (this.kind === 'sqlite') await this.#attempt(() => sql`pragma wal_checkpoint(truncate)`.execute(this.#kysely));
  }

  close(): Promise<void> {
    return this.#kysely.destroy();
  }

  #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    return patiently(work, { clock: this.#clock, database: this.name });
  }
}

/**
 * PostgreSQL where `url` names one, else `sessions.db` of the data folder.
 * @throws CodedError DATABASE_…, DATA_UNWRITABLE
 */
export async function openDatabase({ home, url, clock, log }: { home: string; url: string | undefined; clock: Clock; log: Logger }): Promise<Database> {
  const database = url === undefined ? await openSqlite(join(home, 'sessions.db'), clock) : new Database('postgres', postgresName(url), postgresDialect(url, log), clock);
  try {
    await database.migrate();
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function openSqlite(file: string, clock: Clock): Promise<Database> {
  try {
    // Another process may open it for the first time just now.
    return await patiently(() => new Database('sqlite', file, new NodeSqliteDialect(file), clock), { clock, database: file });
  } catch (error) {
    const { syscall, code = 'unknown' } = error as NodeJS.ErrnoException;
    // Not SQLite’s, but the file system’s.
    throw syscall === undefined ? error : new CodedError('DATA_UNWRITABLE', { folder: dirname(file), reason: code }, { cause: error });
  }
}
