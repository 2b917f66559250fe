import Type, { type Static } from 'typebox';
import { SessionEvent } from './session-events.ts';
import { SessionRecord } from './session.ts';

/**
 * One coach a session: whoever has its lease. Each claim that succeeds begins a new term; events are numbered within
 * it, so that what an earlier coach still had to tell, however late it comes, keeps its place.
 */
export const LeaseClaim = Type.Object({ holder: Type.String({ minLength: 1, maxLength: 128, description: 'the job, for the log' }) });
export type LeaseClaim = Static<typeof LeaseClaim>;

/** `POST /sessions/:id/lease` (service token): all that a coach needs to lead the session, or to go on with it. */
export const Lease = Type.Object({
  term: Type.Integer({ minimum: 1 }),
  /** Without a renewal or an event for so long the lease is free again, ms. */
  ttl: Type.Integer({ minimum: 1 }),
  session: SessionRecord,
  /** What earlier coaches of this session told, in order. */
  past: Type.Array(SessionEvent),
});
export type Lease = Static<typeof Lease>;

/** `PUT /sessions/:id/lease` renews, `DELETE` gives back; both refuse a term that is over (LEASE_LOST). */
export const LeaseTerm = Type.Object({ term: Type.Integer({ minimum: 1 }) });
export type LeaseTerm = Static<typeof LeaseTerm>;
