import { useEffect, useState } from 'react';
import type { SessionSummary } from '../../../protocol/session-review.ts';
import { fetchSessions } from '../api/sessions.ts';
import { recall } from '../storage/remembered.ts';

/** What to offer comes a moment after the page or not at all: later it would push away what one is about to click, ms. */
const PATIENCE_MS = 3_000;

/** The newest session that can be gone on with; `'asking'` until it is known whether there is one. Who was never here is not asked for. */
export function useResumable(): SessionSummary | 'asking' | undefined {
  const [visited] = useState(() => recall('visited') !== undefined);
  const [resumable, setResumable] = useState<SessionSummary | 'asking' | undefined>(visited ? 'asking' : undefined);
  useEffect(() => {
    if (!visited) return undefined;
    let wanted = true;
    const settle = (session: SessionSummary | undefined): void => {
      if (wanted) setResumable(session);
      wanted = false;
    };
    const late = setTimeout(() => settle(undefined), PATIENCE_MS);
    // Where the history cannot be had, the exercises can.
    fetchSessions().then(({ sessions }) => settle(sessions.find(({ room }) => room !== undefined)), () => settle(undefined));
    return () => {
      wanted = false;
      clearTimeout(late);
    };
  }, [visited]);
  return resumable;
}
