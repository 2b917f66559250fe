import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { CodedError } from '../../core/errors.ts';
import { databaseError, isBusy } from '../../sessions/driver-errors.ts';

const failure = (fields: Record<string, unknown>, message = 'failed'): Error => Object.assign(new Error(message), fields);

test.for([
  [{ code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'DATABASE_BUSY'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 517 }, 'DATABASE_BUSY'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 6 }, 'DATABASE_BUSY'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'DATABASE_FULL'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 778 }, 'DATABASE_FULL'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 4874 }, 'DATABASE_FULL'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 11 }, 'DATABASE_UNUSABLE'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 26 }, 'DATABASE_UNUSABLE'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 266 }, 'DATABASE_UNUSABLE'],
  [{ code: '53100' }, 'DATABASE_FULL'],
  [{ code: '53300' }, 'DATABASE_UNREACHABLE'],
  [{ code: '57P01' }, 'DATABASE_UNREACHABLE'],
  [{ code: '57P03' }, 'DATABASE_UNREACHABLE'],
  [{ code: '08006' }, 'DATABASE_UNREACHABLE'],
  [{ code: '28P01' }, 'DATABASE_UNREACHABLE'],
  [{ code: '3D000' }, 'DATABASE_UNREACHABLE'],
  [{ code: '25006' }, 'DATABASE_UNREACHABLE'],
  [{ code: 'ECONNREFUSED' }, 'DATABASE_UNREACHABLE'],
  [{ code: 'ENOTFOUND' }, 'DATABASE_UNREACHABLE'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'DATABASE_UNREACHABLE'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'DATABASE_UNREACHABLE'],
  [{ code: '23503' }, 'DATABASE_BUSY'],
  [{ code: '40001' }, 'DATABASE_BUSY'],
  [{ code: '40P01' }, 'DATABASE_BUSY'],
  [{ code: '55P03' }, 'DATABASE_BUSY'],
  [{ code: '42501' }, 'DATABASE_UNUSABLE'],
  [{ code: 'XX001' }, 'DATABASE_UNUSABLE'],
  [{ code: '22021' }, 'REQUEST_INVALID'],
] as const)('%j is %s', ([fields, code]) => {
  const mapped = databaseError(failure(fields), 'the database');
  expect(mapped).toMatchObject({ code });
  expect(mapped).toBeInstanceOf(CodedError);
  expect(isBusy(failure(fields))).toBe(code === 'DATABASE_BUSY');
});

test('a statement that takes too long is not tried again at once', () => {
  expect(databaseError(failure({ code: '57014' }), 'db')).toMatchObject({ code: 'DATABASE_BUSY' });
  expect(isBusy(failure({ code: '57014' }))).toBe(false);
});

test.for(['Connection terminated unexpectedly', 'Connection terminated due to connection timeout', 'timeout exceeded when trying to connect', 'Client has encountered a connection error and is not queryable'])('“%s” of pg is a lost connection', (message) => {
  expect(databaseError(failure({}, message), 'db')).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { reason: 'the connection was lost' } });
});

test.for([['The server does not support SSL connections', 'it speaks no TLS'], ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'it refuses the user or the password']] as const)('“%s” says why', ([message, reason]) => {
  expect(databaseError(failure({}, message), 'db')).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { reason } });
});

test('several addresses that all refuse are one fault', () => {
  expect(databaseError(new AggregateError([failure({ code: 'ECONNREFUSED' })]), 'db')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});

test('what is not the database’s stays as it is', () => {
  for (const error of [new TypeError('x is undefined'), new CodedError('EVENTS_GAP', { expected: 3 }), failure({ code: '42P01' }), failure({ code: 'ERR_SQLITE_ERROR', errcode: 1 }), 'a text']) {
    expect(databaseError(error, 'db')).toBe(error);
    expect(isBusy(error)).toBe(false);
  }
});

test('neither rows nor addresses are shown', () => {
  for (const code of ['23505', '42P01', '53100', '22021']) {
    const mapped = databaseError(failure({ code, detail: 'Failing row contains (what the learner said).', where: 'unnamed portal parameter $1 = \'what the learner said\'' }), 'db');
    expect(inspect(mapped, { depth: 10 })).not.toContain('learner said');
  }
});
