import type { Failure } from '../api/reply.ts';

/** What stands between the learner and the room. */
export type Link =
  /** Asking for leave to enter, or entering. */
  | { readonly mode: 'joining'; readonly failures: number; readonly again: boolean; readonly rested: boolean }
  | { readonly mode: 'live' }
  /** LiveKit mends the connection by itself. */
  | { readonly mode: 'wavering' }
  /** Nobody answered; asks again at `until` (Unix ms). `resting`: so often that it now pauses for long; `rested`: it has before. */
  | { readonly mode: 'waiting'; readonly failures: number; readonly until: number; readonly resting: boolean; readonly rested: boolean; readonly failure: Failure }
  /** The service said no and will go on saying it. */
  | { readonly mode: 'refused'; readonly failure: Failure }
  | { readonly mode: 'over'; readonly why: Ending };

/** `finished`: the coach closed; `left`: the learner did; `elsewhere`: the same learner came in by another page; `erased`: nothing is left of it. */
export type Ending = 'finished' | 'left' | 'elsewhere' | 'closed' | 'erased';

export type LinkEvent =
  | { readonly type: 'joined' }
  | { readonly type: 'wavered' }
  | { readonly type: 'steadied' }
  | { readonly type: 'lost' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'retried' }
  | { readonly type: 'ended'; readonly why: Ending };

/** Waits after the first failures in a row, ms. */
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000];
/** So many failures in a row open the circuit, for so long; then so many trials in a row decide whether it rests again. */
const FAILURES = 5;
const REST_MS = 3 * 60_000;
const TRIALS = 3;

/** Asking for the first time. */
export const FIRST: Link = { mode: 'joining', failures: 0, again: false, rested: false };

/**
 * Where `event` leads at `now` (Unix ms). Five failures in a row open the circuit for three minutes, then three trials
 * do; the learner, or the network's return, may try at once.
 */
export function nextLink(link: Link, event: LinkEvent, now: number): Link {
  if (link.mode === 'over') return link;
  switch (event.type) {
    case 'joined':
    case 'steadied':
      return { mode: 'live' };
    case 'wavered':
      return link.mode === 'live' ? { mode: 'wavering' } : link;
    case 'lost':
      return { mode: 'joining', failures: 0, again: true, rested: false };
    case 'retried':
      return link.mode === 'waiting' ? { mode: 'joining', failures: link.failures, again: true, rested: link.rested || link.resting } : link;
    case 'failed':
      return link.mode === 'joining' ? afterFailure(link.failures + 1, link.rested, event.failure, now) : link;
    case 'ended':
      return { mode: 'over', why: event.why };
  }
}

function afterFailure(failures: number, rested: boolean, failure: Failure, now: number): Link {
  if (failure.kind === 'refused' && !failure.retryable) return { mode: 'refused', failure };
  const wait = failures < (rested ? TRIALS : FAILURES) ? BACK_OFF_MS[failures - 1] : undefined;
  return wait === undefined
    ? { mode: 'waiting', failures: 0, until: now + REST_MS, resting: true, rested, failure }
    : { mode: 'waiting', failures, until: now + wait, resting: false, rested, failure };
}
