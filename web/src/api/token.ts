import type { TokenReply, TokenRequest } from '../../../protocol/token.ts';
import { fetchJson } from './reply.ts';

/** Leave to enter a room. */
export interface Grant {
  readonly url: string;
  readonly token: string;
  readonly room: string;
  /** Id of the session, by which the service keeps it. */
  readonly session: string;
  /** How far the service's clock is ahead of this one, in ms; the reply's `date` tells it to the second. */
  readonly clockAhead: number;
}

/**
 * Asks for a room with a coach; with `room`, for the same one again.
 * @throws RequestError
 */
export async function requestToken(request: Pick<TokenRequest, 'exercise' | 'participant' | 'room' | 'record' | 'invitation'>): Promise<Grant> {
  const { body, headers } = await fetchJson('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const { url, token, room, session } = body as TokenReply;
  const date = Date.parse(headers.get('date') ?? '');
  return { url, token, room, session, clockAhead: skew(date, Date.now()) };
}

/** Below two seconds a difference says nothing: the header has whole seconds and travels. */
const skew = (there: number, here: number): number => (Math.abs(there - here) > 2_000 ? there - here : 0);
