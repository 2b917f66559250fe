import { CodedError } from '../core/errors.ts';
import type { Queries } from './database.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every session’s id is of this form (crypto.randomUUID): what is not is not even asked for. */
export const isId = (id: string): boolean => ID.test(id);

/** @throws CodedError SESSION_UNKNOWN for what can be no session’s id */
export function checkId(id: string): void {
  if (!isId(id)) throw new CodedError('SESSION_UNKNOWN', { session: id });
}

/** Why there is no such session: SESSION_ERASED or SESSION_UNKNOWN. */
export async function missing(queries: Queries, id: string): Promise<CodedError> {
  const erased = await queries.selectFrom('erased_sessions').select('id').where('id', '=', id).executeTakeFirst();
  return new CodedError(erased === undefined ? 'SESSION_UNKNOWN' : 'SESSION_ERASED', { session: id });
}
