import { useEffect, useState } from 'react';
import type { SessionReview } from '../../../protocol/session-review.ts';
import { failureOf, type Failure } from '../api/reply.ts';
import { fetchReview } from '../api/sessions.ts';

export type Reviewed =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly review: SessionReview }
  | { readonly status: 'failed'; readonly failure: Failure };

/** The coach's last words reach the service a moment after the session, and its sound some seconds later: waits between asking again, ms. */
const WAITS_MS = [1_000, 2_000, 3_000, 5_000, 5_000, 5_000, 10_000];

/**
 * What the service knows of `session`. `fresh`: it ended a moment ago, so what is told of it is awaited until it has an
 * end and the sound that was agreed to, or for some seconds. A new `attempt` asks anew.
 */
export function useReview(session: string | undefined, fresh: boolean, attempt: number): Reviewed {
  const [reviewed, setReviewed] = useState<Reviewed>({ status: 'loading' });
  useEffect(() => {
    let wanted = session !== undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (round: number): Promise<void> => {
      if (session === undefined) return;
      const next = await look(session);
      if (!wanted) return;
      const wait = fresh && mayChange(next) ? WAITS_MS[round] : undefined;
      // What has its end can be shown; only its sound is still to come.
      if (wait === undefined || hasEnded(next)) setReviewed(next);
      if (wait !== undefined) timer = setTimeout(() => void ask(round + 1), wait);
    };
    void ask(0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [session, fresh, attempt]);
  return reviewed;
}

async function look(session: string): Promise<Exclude<Reviewed, { status: 'loading' }>> {
  try {
    return { status: 'ready', review: await fetchReview(session) };
  } catch (error) {
    return { status: 'failed', failure: failureOf(error) };
  }
}

const hasEnded = (reviewed: Exclude<Reviewed, { status: 'loading' }>): boolean => reviewed.status === 'ready' && reviewed.review.session.endedAt !== undefined;

function mayChange(reviewed: Exclude<Reviewed, { status: 'loading' }>): boolean {
  if (reviewed.status === 'failed') return reviewed.failure.kind === 'unreachable' || reviewed.failure.retryable;
  const { session, recordings } = reviewed.review;
  return session.endedAt === undefined || (session.recorded && recordings.length === 0);
}
