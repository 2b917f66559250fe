import type { EndReason } from '../protocol/session-events.ts';
import type { SessionRecord } from '../protocol/session.ts';
import type { LeaseTime } from './lease-time.ts';
import type { KeptLesson } from './lesson-shelf.ts';
import type { SessionRow } from './tables.ts';

/** A session as it stands. */
export interface KeptSession {
  readonly record: SessionRecord;
  readonly exerciseId: string;
  /** Id of the learner whose it is. */
  readonly learner: string;
  /** Whether the learner agreed to be recorded. */
  readonly recordAgreed: boolean;
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms; absent as long as it runs. */
  readonly endedAt?: number;
  readonly reason?: EndReason;
  /** Of the last coach; 0 before the first. */
  readonly term: number;
  /** Whether that coach still holds the lease. */
  readonly leased: boolean;
  /** That coach gave the lease back, or its worker did it in its place: it is gone, whatever LiveKit still shows. */
  readonly released: boolean;
}

/** What a row and its lesson say. */
export function keptSession(row: SessionRow, { exerciseId, exercise, persona }: KeptLesson, time: LeaseTime): KeptSession {
  return {
    record: { id: row.id, room: row.room, createdAt: new Date(row.created_at).toISOString(), hash: row.lesson_hash, exercise, persona },
    exerciseId,
    learner: row.learner_id,
    recordAgreed: row.record_agreed === 1,
    createdAt: row.created_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.end_reason === null ? {} : { reason: row.end_reason }),
    term: row.term,
    leased: isLeased(row, time),
    released: row.term > 0 && row.holder === null,
  };
}

function isLeased({ holder, ended_at: endedAt, lease_until: until }: SessionRow, time: LeaseTime): boolean {
  if (holder === null || endedAt !== null) return false;
  const held = time.held();
  return held === undefined || (until >= held.from && until <= held.to);
}
