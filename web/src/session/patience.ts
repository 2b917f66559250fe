import type { Coach } from './coach.ts';
import type { Line } from '../transcript/transcript.ts';

/** What a learner who waits should be told. */
export type Patience = 'fine' | 'coach-absent' | 'coach-silent';

/** A coach is there within a second or two; past this something is wrong. */
const COACH_ABSENT_MS = 10_000;
/** The longest a reply may take. */
const REPLY_MS = 60_000;

interface Waiting {
  readonly coach: Pick<Coach, 'state' | 'stage'>;
  readonly lines: readonly Line[];
  /** Unix ms since when there is a connection but no coach; `undefined` while there is one. */
  readonly absentSince: number | undefined;
  readonly now: number;
}

export function patience({ coach, lines, absentSince, now }: Waiting): Patience {
  if (absentSince !== undefined) return now - absentSince >= COACH_ABSENT_MS ? 'coach-absent' : 'fine';
  const last = lines.at(-1);
  const owed = last?.who === 'learner' && last.state === 'said' && coach.state !== 'speaking' && coach.stage !== 'paused';
  return owed && now - last.until >= REPLY_MS ? 'coach-silent' : 'fine';
}
