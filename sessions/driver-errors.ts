import { CodedError } from '../core/errors.ts';

/** What an SQLite or PostgreSQL driver throws, as far as it is looked at. */
interface DriverError extends Error {
  /** Of PostgreSQL (SQLSTATE), of Node’s sockets and of node:sqlite. */
  code?: unknown;
  /** SQLite’s extended result code. */
  errcode?: unknown;
}

type Meaning = 'busy' | 'slow' | 'full' | 'unreachable' | 'unusable' | 'invalid';

/** https://www.sqlite.org/rescode.html, primary codes: the lowest byte. */
const SQLITE: Readonly<Record<number, Meaning>> = {
  3: 'unusable', 5: 'busy', 6: 'busy', 8: 'unusable', 10: 'unusable', 11: 'unusable', 13: 'full', 14: 'unusable', 26: 'unusable',
};
/** A write (IOERR_WRITE) or the shared memory (IOERR_SHMSIZE) that found no room on the disk. */
const SQLITE_FULL_EXTENDED = [778, 4874];

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: beginnings of codes, the last that fits counts. */
const POSTGRES: readonly (readonly [string, Meaning])[] = [
  ['08', 'unreachable'], ['28', 'unreachable'], ['3D', 'unreachable'], ['53', 'unreachable'], ['57P', 'unreachable'], ['58', 'unusable'],
  // What a text or a number may be elsewhere and cannot be there: the NUL character, a number out of range.
  ['22', 'invalid'],
  // A row was deleted just when another one came to refer to it: a lesson by the retention.
  ['23503', 'busy'],
  ['25006', 'unreachable'], ['25P03', 'unreachable'], ['53100', 'full'], ['40001', 'busy'], ['40P01', 'busy'], ['55P03', 'busy'], ['57014', 'slow'], ['42501', 'unusable'], ['XX001', 'unusable'], ['XX002', 'unusable'],
];
const SOCKET = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'EACCES'];
/** What Node says of a certificate that it does not trust. */
const CERTIFICATE = /CERT|TLS|SSL|UNABLE_TO_VERIFY/;
/** pg and pg-pool give these no code. */
const LOST = /connection terminated|connection timeout|timeout exceeded|connection error|not queryable|does not support SSL|SASL|password/i;

/** Somebody else is writing: the same may succeed in a moment. What took too long would only take as long again. */
export const isBusy = (error: unknown): boolean => meaningOf(error) === 'busy';

/**
 * The one place that turns what a driver throws into an error of ours. What is not the database’s doing stays as it is.
 * @param database its name, without a user or a password
 */
export function databaseError(error: unknown, database: string): unknown {
  if (!(error instanceof Error) || error instanceof CodedError) return error;
  // Of the file system; who opens the file knows what it means.
  if (['open', 'mkdir', 'chmod'].includes(String((error as NodeJS.ErrnoException).syscall))) return error;
  scrub(error);
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const options = { cause: error };
  switch (meaning) {
    case 'busy':
    case 'slow': return new CodedError('DATABASE_BUSY', { database }, options);
    case 'full': return new CodedError('DATABASE_FULL', { database }, options);
    case 'unreachable': return new CodedError('DATABASE_UNREACHABLE', { database, reason: reasonOf(error) }, options);
    case 'unusable': return new CodedError('DATABASE_UNUSABLE', { database, reason: reasonOf(error) }, options);
    case 'invalid': return new CodedError('REQUEST_INVALID', { reason: 'it holds a character or a number that cannot be kept' }, options);
  }
}

function meaningOf(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode, message }: DriverError = error;
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return SQLITE_FULL_EXTENDED.includes(errcode) ? 'full' : SQLITE[errcode & 0xff];
  if (typeof code !== 'string') return LOST.test(message) || error instanceof AggregateError ? 'unreachable' : undefined;
  if (SOCKET.includes(code) || CERTIFICATE.test(code)) return 'unreachable';
  return POSTGRES.findLast(([prefix]) => code.startsWith(prefix))?.[1];
}

const REASONS: readonly (readonly [string, string])[] = [
  ['28', 'it refuses the user or the password'], ['3D000', 'there is no such database'], ['25006', 'it is read-only'], ['57P', 'it is starting or stopping'], ['53300', 'it takes no more connections'], ['42501', 'the user may not do this'],
];

/** Never the driver’s whole message: it may quote the address or a value. */
function reasonOf(error: DriverError): string {
  const { code, errcode, message } = error;
  if (code === 'ERR_SQLITE_ERROR') return `${message} (SQLite ${String(errcode)})`;
  if (typeof code !== 'string') {
    if (message.includes('SSL')) return 'it speaks no TLS';
    return /password|SASL/i.test(message) ? 'it refuses the user or the password' : 'the connection was lost';
  }
  return REASONS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? code;
}

/** PostgreSQL quotes rows in these: they may hold what a learner said. */
function scrub(error: Error): void {
  for (const field of ['detail', 'where', 'internalQuery', 'query', 'input']) Reflect.deleteProperty(error, field);
}
