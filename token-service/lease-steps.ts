import type { Dispatch, RoomSight } from './livekit-rooms.ts';

/** A worker that is there has taken a job within this, in ms: livekit-server waits 5 s to know the workers, 10 s for one’s answer. */
const TAKING = 16_000;
/** A coach whose job was taken joins within this, in ms: on a machine at work its process takes its time to start. */
const JOINING = 30_000;
/**
 * After a restart of livekit-server, learner and coach come back by themselves, in any order: clients try again every
 * 5 s at the most. In ms.
 */
const RETURNING = 6_000;

export type LeaseStep =
  | { readonly type: 'dispatch' }
  | { readonly type: 'cancel'; readonly dispatch: string }
  | { readonly type: 'remove'; readonly identity: string };

/** What is known of a room's session beside what LiveKit shows. */
export interface LeaseSight {
  readonly session: string;
  /** Its last coach has given the session back: one that is still shown is dead, and LiveKit has not noticed. */
  readonly released: boolean;
  /** No coach was ordered with the room, and now its learner is there. */
  readonly unordered: boolean;
  /** When the coach who left the room last had joined it, by LiveKit's clock. */
  readonly departed: number | undefined;
  /** How long the room or the order of this id has been known here, in ms: LiveKit's clock may not be ours. */
  readonly age: (id: string) => number;
}

/**
 * What is to be done so that a room has one coach, the one of `session`. No step when all is well, or the coach may
 * still come. LiveKit itself never dispatches again, and after a restart it knows neither rooms nor dispatches.
 */
export function leaseSteps(room: RoomSight, { session, released, unordered, departed, age }: LeaseSight): LeaseStep[] {
  const own = room.dispatches.filter((dispatch) => dispatch.session === session);
  const foreign = room.dispatches.filter((dispatch) => dispatch.session !== session);

  if (room.coaches.length > 0 && released) return [...room.dispatches.map(cancel), ...room.coaches.map(remove), { type: 'dispatch' }];
  if (room.coaches.length > 0) {
    // Whoever came first knows the conversation.
    const [, ...late] = room.coaches.toSorted((a, b) => a.joinedAt - b.joinedAt);
    return [...foreign.map(cancel), ...late.map(remove)];
  }
  const latest = own.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  const expected = latest === undefined ? !unordered && room.dispatches.length === 0 && age(room.id) < RETURNING : mayCome(latest, departed, age);
  if (expected) return foreign.map(cancel);
  // A coach that came late by an old order would be a second one.
  return [...room.dispatches.map(cancel), { type: 'dispatch' }];
}

const remove = ({ identity }: { readonly identity: string }): LeaseStep => ({ type: 'remove', identity });
const cancel = ({ id }: Dispatch): LeaseStep => ({ type: 'cancel', dispatch: id });

function mayCome({ id, coach, createdAt }: Dispatch, departed: number | undefined, age: (id: string) => number): boolean {
  const cameAndLeft = departed !== undefined && departed >= createdAt;
  return !cameAndLeft && age(id) < (coach === undefined ? TAKING : JOINING);
}
