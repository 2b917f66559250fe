import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { CodedError } from '../../core/errors.ts';
import { ErrorReply } from '../error-reply.ts';

/**
 * `fetch` between our own services: an answer other than 2xx becomes the coded error it carries.
 * @throws CodedError the service's own; ENGINE_UNAVAILABLE where nobody answers; the signal's reason when aborted.
 */
export async function callService(service: string, url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    init.signal?.throwIfAborted();
    throw unreachable(service, cause);
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw Value.Check(ErrorReply, body) ? CodedError.fromBody(body) : new CodedError('ENGINE_FAILED', { engine: service, reason: `it answered ${response.status}` });
}

/** The error for a service that cannot be reached or whose answer broke off. */
export function unreachable(service: string, cause: unknown): CodedError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return new CodedError('ENGINE_UNAVAILABLE', { engine: service, reason: reason instanceof Error ? reason.message || reason.name : 'no answer' }, { cause });
}

/** @throws CodedError ENGINE_FAILED when the answer is not what the schema says. */
export async function readReply<Schema extends TSchema>(service: string, schema: Schema, response: Response): Promise<Static<Schema>> {
  const value: unknown = await response.json().catch(() => undefined);
  if (Value.Check(schema, value)) return value;
  throw new CodedError('ENGINE_FAILED', { engine: service, reason: 'it answered something else than agreed' });
}
