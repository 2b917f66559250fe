import { describe, expect, it } from 'vitest';
import { leaseSteps, type LeaseSight } from '../../token-service/lease-steps.ts';
import type { Dispatch, RoomSight } from '../../token-service/livekit-rooms.ts';

const ORDERED = 1_000_000;
const dispatch = (over: Partial<Dispatch> = {}): Dispatch => ({ id: 'AD_1', session: 's1', createdAt: ORDERED, coach: 'agent-1', ...over });
const room = (over: Partial<RoomSight> = {}): RoomSight => ({ id: 'RM_1', learners: ['anna'], coaches: [], dispatches: [], ...over });
const known = (ages: Record<string, number> = {}) => (id: string): number => ({ RM_1: 600_000, AD_1: 1_000, AD_0: 60_000, ...ages })[id] ?? 0;

const lease = (age: (id: string) => number, departed?: number): LeaseSight => ({ session: 's1', released: false, unordered: false, departed, age });

describe('the lease of a room', () => {
  it('asks for nothing while its one coach is there', () => {
    const sight = room({ coaches: [{ identity: 'agent-1', joinedAt: ORDERED + 900 }], dispatches: [dispatch()] });
    expect(leaseSteps(sight, lease(known()))).toEqual([]);
  });

  it('waits for a coach that was promised, and no longer than a process takes to start', () => {
    expect(leaseSteps(room({ dispatches: [dispatch()] }), lease(known({ AD_1: 29_000 })))).toEqual([]);
    expect(leaseSteps(room({ dispatches: [dispatch()] }), lease(known({ AD_1: 31_000 })))).toEqual([{ type: 'cancel', dispatch: 'AD_1' }, { type: 'dispatch' }]);
  });

  it('waits less where no worker took the job', () => {
    expect(leaseSteps(room({ dispatches: [dispatch({ coach: undefined })] }), lease(known({ AD_1: 15_000 })))).toEqual([]);
    expect(leaseSteps(room({ dispatches: [dispatch({ coach: undefined })] }), lease(known({ AD_1: 17_000 })))).toContainEqual({ type: 'dispatch' });
  });

  it('sends another at once when the coach was there and has left', () => {
    expect(leaseSteps(room({ dispatches: [dispatch()] }), lease(known(), ORDERED + 800))).toEqual([{ type: 'cancel', dispatch: 'AD_1' }, { type: 'dispatch' }]);
  });

  it('waits for the next one when it was the one before that left', () => {
    expect(leaseSteps(room({ dispatches: [dispatch()] }), lease(known(), ORDERED - 800))).toEqual([]);
  });

  it('sends the first one with the learner where none was ordered with the room', () => {
    expect(leaseSteps(room(), { ...lease(known({ RM_1: 0 })), unordered: true })).toEqual([{ type: 'dispatch' }]);
  });

  it('gives a coach the time to come back to a room that a client has just made again', () => {
    expect(leaseSteps(room(), lease(known({ RM_1: 5_000 })))).toEqual([]);
    expect(leaseSteps(room(), lease(known({ RM_1: 7_000 })))).toEqual([{ type: 'dispatch' }]);
  });

  it('sends away whoever came after the first', () => {
    const coaches = [{ identity: 'late', joinedAt: ORDERED + 2_000 }, { identity: 'first', joinedAt: ORDERED + 1_000 }];
    expect(leaseSteps(room({ coaches }), lease(known()))).toEqual([{ type: 'remove', identity: 'late' }]);
  });

  it('takes back what was ordered for another session', () => {
    const foreign = dispatch({ id: 'AD_0', session: 's0' });
    expect(leaseSteps(room({ dispatches: [foreign, dispatch()] }), lease(known()))).toEqual([{ type: 'cancel', dispatch: 'AD_0' }]);
    expect(leaseSteps(room({ dispatches: [foreign] }), lease(known()))).toEqual([{ type: 'cancel', dispatch: 'AD_0' }, { type: 'dispatch' }]);
    expect(leaseSteps(room({ dispatches: [dispatch({ session: undefined })] }), lease(known()))).toEqual([{ type: 'cancel', dispatch: 'AD_1' }, { type: 'dispatch' }]);
  });

  it('puts out a dead coach that LiveKit still shows, and sends another', () => {
    const sight = room({ coaches: [{ identity: 'agent-1', joinedAt: ORDERED + 900 }], dispatches: [dispatch()] });
    expect(leaseSteps(sight, { ...lease(known()), released: true })).toEqual([{ type: 'cancel', dispatch: 'AD_1' }, { type: 'remove', identity: 'agent-1' }, { type: 'dispatch' }]);
    expect(leaseSteps(room({ dispatches: [dispatch({ createdAt: ORDERED + 1_000 })] }), { ...lease(known(), ORDERED + 900), released: true })).toEqual([]);
  });
});
