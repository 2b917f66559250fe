import { useCallback, useState } from 'react';
import type { SessionList, SessionSummary } from '../../../protocol/session-review.ts';
import { failureOf, type Failure } from '../api/reply.ts';
import { fetchSessions } from '../api/sessions.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { forget } from '../storage/remembered.ts';

/** A browser that the service does not know has held no session. */
async function first(): Promise<SessionList> {
  try {
    return await fetchSessions();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'refused' && failure.code === 'UNAUTHORIZED') return { sessions: [] };
    throw error;
  }
}

/** The learner's sessions, a page at a time. */
export function useSessions() {
  const { loaded, reload } = useLoaded(first);
  const [older, setOlder] = useState<{ sessions: readonly SessionSummary[]; next: string | undefined; failure?: Failure }>();
  const newest = loaded.status === 'ready' ? loaded.value : undefined;
  const next = older ? older.next : newest?.next;
  const more = useCallback(() => {
    fetchSessions(next).then(
      (page) => setOlder((before) => ({ sessions: [...(before?.sessions ?? []), ...page.sessions], next: page.next })),
      (error: unknown) => setOlder((before) => ({ sessions: before?.sessions ?? [], next, failure: failureOf(error) })),
    );
  }, [next]);
  const restart = useCallback(() => {
    setOlder(undefined);
    reload();
  }, [reload]);
  const [gone, setGone] = useState(false);
  return {
    loaded,
    sessions: gone ? [] : [...(newest?.sessions ?? []), ...(older?.sessions ?? [])],
    /** Asks for the next page; `undefined` where there is none. */
    more: gone || next === undefined ? undefined : more,
    moreFailed: older?.failure,
    restart,
    /** All of them were erased: whoever asks now is somebody new, and unknown to the service. */
    empty: useCallback(() => {
      forget('visited');
      forget('name');
      setGone(true);
    }, []),
  };
}
