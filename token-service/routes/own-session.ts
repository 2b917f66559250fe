import type { FastifyRequest } from 'fastify';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { KeptSession, Store } from '../../sessions/store.ts';
import { assertOwn, callerOf } from '../access/caller.ts';

/**
 * The session that a route names, for whose it is.
 * @throws CodedError FORBIDDEN for another's; to a learner, one that is not there looks the same. SESSION_UNKNOWN, SESSION_ERASED to others.
 */
export async function ownSession(store: Pick<Store, 'sessions'>, request: Pick<FastifyRequest, 'shown'> & { readonly params: { readonly id: string } }): Promise<KeptSession> {
  try {
    const session = await store.sessions.get(request.params.id);
    assertOwn(request, session.learner);
    return session;
  } catch (error) {
    const unknown = isCodedError(error, 'SESSION_UNKNOWN') || isCodedError(error, 'SESSION_ERASED');
    throw unknown && callerOf(request).role === 'learner' ? new CodedError('FORBIDDEN', {}, { cause: error }) : error;
  }
}
