import { CodedError, type ErrorCode } from './errors.ts';

/** What a schema validator (TypeBox, Ajv) says of one misfit. */
export interface Misfit {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params?: unknown;
}

/** The coded error for a request part that does not fit its schema; the first misfit names the field and the reason. */
export function misfitError(misfits: readonly Misfit[], part: string): CodedError {
  const [first] = misfits;
  const field = first?.instancePath.slice(1).replaceAll('/', '.') || `the ${part}`;
  return new CodedError('REQUEST_INVALID', { reason: `${field} ${SAID_PLAINLY[first?.keyword ?? ''] ?? first?.message ?? 'does not fit'}` });
}

/** Misfits whose own message says nothing to a person. */
const SAID_PLAINLY: Readonly<Record<string, string>> = {
  pattern: 'has characters that are not allowed there, or too many',
  boolean: 'is not known here',
  const: 'is none of the values that are known here',
  enum: 'is none of the values that are known here',
};

/** Fastify's own refusals, by their code. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
};

/**
 * Whatever a route threw, as an error from the table: itself when it is one; a refusal of the HTTP layer with the reason
 * it gave; all else INTERNAL with the original as its cause, for the log and not for the caller.
 */
export function toCodedError(error: unknown, { type = 'none', limit = 'allowed' }: { type?: string | undefined; limit?: string } = {}): CodedError {
  if (error instanceof CodedError) return error;
  const { code, statusCode = 500, message } = error instanceof Error ? (error as Error & { code?: string; statusCode?: number }) : {};
  const refusal = REFUSALS[code ?? ''];
  if (refusal !== undefined) return new CodedError(refusal, { type, limit }, { cause: error });
  if (statusCode >= 400 && statusCode < 500) return new CodedError('REQUEST_INVALID', { reason: message?.replace(/\.$/, '') ?? 'it is malformed' }, { cause: error });
  return new CodedError('INTERNAL', {}, { cause: error });
}
