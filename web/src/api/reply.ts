import type { Static } from 'typebox';
import type { ErrorReply } from '../../../protocol/error-reply.ts';

/** Why a request brought nothing. `unreachable`: no service answered; `refused`: one did, with a reason. */
export type Failure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly fix: string; readonly retryable: boolean };

/** A request that failed. */
class RequestError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.kind === 'refused' ? failure.message : 'unreachable', options);
    this.name = 'RequestError';
    this.failure = failure;
  }
}

/** What went wrong, whatever was thrown: a request's own failure, else nobody there. */
export const failureOf = (error: unknown): Failure => (error instanceof RequestError ? error.failure : { kind: 'unreachable' });

const DEADLINE_MS = 10_000;
const NO_CONTENT = 204;

/**
 * Fetches JSON from the service that served this page; `undefined` where it answers that there is nothing to say (204).
 * @throws RequestError
 */
export async function fetchJson(path: string, init: RequestInit = {}): Promise<{ body: unknown; headers: Headers }> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (cause) {
    throw new RequestError({ kind: 'unreachable' }, { cause });
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && (body !== undefined || response.status === NO_CONTENT)) return { body, headers: response.headers };
  if (isErrorBody(body)) throw new RequestError({ kind: 'refused', ...body.error });
  // A proxy's own page, not a word of ours: the service behind it is not there.
  throw new RequestError({ kind: 'unreachable' });
}

function isErrorBody(body: unknown): body is Static<typeof ErrorReply> {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'fix' in error && 'retryable' in error;
}
