import { failureOf } from '../api/reply.ts';
import { fetchReview } from '../api/sessions.ts';
import type { Ending } from './link.ts';

/** What the service says of a session: it goes on, it has ended, or it is none of this learner's. */
export type Fate = 'running' | 'refused' | Extract<Ending, 'finished' | 'closed'>;

/** To a learner, one that was erased looks like another's; who was erased altogether is nobody. */
const REFUSALS = ['SESSION_ERASED', 'SESSION_UNKNOWN', 'FORBIDDEN', 'UNAUTHORIZED'];

/** Asks the service; `undefined` where it cannot tell. */
export async function fateOf(session: string): Promise<Fate | undefined> {
  try {
    const { session: { endedAt, reason } } = await fetchReview(session);
    if (endedAt === undefined) return 'running';
    return reason === 'finished' || reason === 'time' ? 'finished' : 'closed';
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === 'refused' && REFUSALS.includes(failure.code) ? 'refused' : undefined;
  }
}
