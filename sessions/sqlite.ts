import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, SqliteDriver, type DatabaseConnection, type SqliteDatabase, type SqliteDialectConfig, type SqliteStatement } from 'kysely';
import { LRUCache } from 'lru-cache';

/** How long SQLite itself waits for another writer, ms: everything in this process waits with it. */
const BUSY_TIMEOUT = 20;
/** Statements that stay prepared; there are some thirty, and one for each size of batch. */
const PREPARED = 100;

/** Kysely on Node’s own SQLite: one connection, made for a file that few processes share. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;

  /** Makes the file where there is none, for this user alone. */
  constructor(file: string) {
    const connection = new SqliteConnection(file);
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver({ database: this.#connection }, this.#connection);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite rolls schema changes back like any other; so that two processes that migrate at once take turns. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;

  constructor(config: SqliteDialectConfig, connection: SqliteConnection) {
    super(config);
    this.#connection = connection;
  }

  /** Takes the right to write at once: a transaction that reads first could not get it once another has written. */
  override beginTransaction(): Promise<void> {
    return this.#run('begin immediate');
  }

  /** A full disk has rolled back already. */
  override rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#connection.inTransaction ? super.rollbackTransaction(connection) : Promise.resolve();
  }

  #run(sql: string): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.prepare(sql).run([]);
      resolve();
    });
  }
}

/** A DatabaseSync as Kysely wants one. */
class SqliteConnection implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #prepared = new LRUCache<string, SqliteStatement>({ max: PREPARED });

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    // SQLite gives its journals the mode of the file.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
    try {
      this.#database.exec('pragma journal_mode = wal');
      // What an agent was told to be kept is on the disk: it has deleted its own copy.
      this.#database.exec('pragma synchronous = full');
      // What was erased is overwritten.
      this.#database.exec('pragma secure_delete = on');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = asKysely(this.#database.prepare(sql));
    this.#prepared.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }
}

function asKysely(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
