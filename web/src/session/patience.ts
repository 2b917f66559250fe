import type { Coach } from './coach.ts';
import type { Line } from '../transcript/transcript.ts';

/** What a learner who waits should be told. */
export type Patience = 'fine' | 'connection-late' | 'coach-absent' | 'coach-silent';

/** The longest that a learner should wait for a connection. */
const CONNECTION_MS = 90_000;
/** A coach is there within a second or two; past this something is wrong. */
const COACH_ABSENT_MS = 10_000;
/** The longest a reply may take. */
const REPLY_MS = 60_000;

interface Waiting {
  /** Unix ms since when there is no connection; `undefined` while there is one. */
  readonly cutSince: number | undefined;
  readonly coach: Pick<Coach, 'state' | 'stage'>;
  readonly lines: readonly Line[];
  /** Unix ms since when there is a connection but no coach; `undefined` while there is one. */
  readonly absentSince: number | undefined;
  readonly now: number;
}

export function patience({ cutSince, coach, lines, absentSince, now }: Waiting): Patience {
  if (cutSince !== undefined) return now - cutSince >= CONNECTION_MS ? 'connection-late' : 'fine';
  if (absentSince !== undefined) return now - absentSince >= COACH_ABSENT_MS ? 'coach-absent' : 'fine';
  const last = lines.at(-1);
  const owed = last?.who === 'learner' && last.state === 'said' && coach.state !== 'speaking' && coach.stage !== 'paused';
  return owed && now - last.until >= REPLY_MS ? 'coach-silent' : 'fine';
}
