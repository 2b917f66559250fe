import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';

/** Connections of one process. */
const CONNECTIONS = 10;
/** ms. A server that is gone for longer than the first answers with DATABASE_UNREACHABLE; the others keep no lock for ever. */
const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 15_000;
const LOCK_TIMEOUT = 1_000;
const IDLE_TRANSACTION_TIMEOUT = 30_000;

/** Kysely on PostgreSQL. A connection that breaks is left; the next call makes another one. */
export function postgresDialect(url: string, log: Logger): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    keepAlive: true,
    application_name: 'eloquence',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT,
    types: numbersAsNumbers(),
  });
  // Without a listener either event would end the process. Who was using the connection is told by its query.
  pool.on('error', (error: Error & { code?: unknown }) => log.warn({ code: error.code }, 'a connection to the database broke'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}

/**
 * `host:port/database`: what errors and logs call it.
 * @throws CodedError DATABASE_UNREACHABLE for what is no address of a PostgreSQL database
 */
export function postgresName(url: string): string {
  // A socket’s folder may stand in `?host=` alone.
  const address = URL.parse(url.replace('@/', '@localhost/'));
  if (address === null || !/^postgres(?:ql)?:$/.test(address.protocol)) throw new CodedError('DATABASE_UNREACHABLE', { database: 'PostgreSQL', reason: 'DATABASE_URL is no address like postgres://user:password@host/database' });
  return `${address.searchParams.get('host') ?? (address.host || 'localhost')}${address.pathname}`;
}

/** int8, also of `count`, as a number: all of ours are safe integers. */
function numbersAsNumbers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}
