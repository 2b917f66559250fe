import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { ExerciseShelf } from './exercise-shelf.ts';
import { leaseSteps } from './lease-steps.ts';
import type { LiveKitRooms, RoomSight } from './livekit-rooms.ts';
import { RoomLock } from './room-lock.ts';
import type { Session, Sessions } from './sessions.ts';

/** A learner who comes back to a closed room goes on with its session within this, in ms; later it is a new one. */
const RESUMABLE = 3_600_000;
const DEFAULT_EXERCISE = 'conversation_libre_marie';

export interface LeaseDeps {
  readonly rooms: LiveKitRooms;
  readonly sessions: Sessions;
  readonly shelf: ExerciseShelf;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
}

/** One coach a room: opens rooms with their coach, and sends another where it is missing. */
export class CoachLeases {
  readonly #deps: LeaseDeps;
  readonly #lock = new RoomLock();
  /** By room: when the coach who left it last had joined it. */
  readonly #departed = new LRUCache<string, number>({ max: 1_000 });
  /** By room or dispatch id, ms of our clock. */
  readonly #firstSeen = new LRUCache<string, number>({ max: 10_000 });
  readonly #coachless = new Map<string, number>();
  readonly #dispatches: Counter<'reason'>;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
    this.#dispatches = new Counter({
      name: 'eloquence_coach_dispatches_total',
      help: 'Coaches ordered for a room, because it opened or because its coach was missing.',
      labelNames: ['reason'],
      registers: [deps.registry],
    });
  }

  /** How many rooms have had a learner and no coach for longer than `ms`. */
  coachless(ms: number): number {
    return [...this.#coachless.values()].filter((since) => this.#deps.clock.now() - since > ms).length;
  }

  /**
   * The session of a room, with its coach on the way. A room that is in a session stays in it; racing calls for one room
   * get the same session and one coach.
   * @param room a new one when undefined
   * @param exercise the room's own, else the default, when undefined
   * @throws CodedError EXERCISE_UNKNOWN, ROOM_BUSY, LIVEKIT_UNREACHABLE, LIVEKIT_REFUSED, DATA_UNWRITABLE; then nothing has begun.
   */
  open(room: string | undefined, exercise: string | undefined): Promise<Session> {
    const name = room ?? `room-${randomBytes(12).toString('base64url')}`;
    return this.#lock.run(name, async () => {
      const sight = room === undefined ? undefined : await this.#deps.rooms.look(room);
      const running = this.#goingOn(name, exercise, sight);
      const session = running ?? this.#deps.sessions.begin(name, this.#deps.shelf.lesson(exercise ?? DEFAULT_EXERCISE));
      try {
        if (sight === undefined) await this.#create(session);
        else await this.#uphold(session, sight);
      } catch (error) {
        if (running === undefined) this.#deps.sessions.forget(session.record.id);
        throw error;
      }
      return session;
    });
  }

  /** Looks after one room: somebody came or went, or time has passed. */
  tend(room: string): Promise<void> {
    return this.#lock.run(room, async () => {
      const session = this.#deps.sessions.inRoom(room);
      const sight = session && (await this.#deps.rooms.look(room));
      if (session !== undefined && sight !== undefined && sight.learners.length > 0) await this.#uphold(session, sight);
      else this.#coachless.delete(room);
    });
  }

  /** A coach left its room: for good when it had closed the session, else another one is sent. */
  async coachLeft(room: string, { joinedAt, closed }: { joinedAt: number; closed: boolean }): Promise<void> {
    this.#departed.set(room, Math.max(joinedAt, this.#departed.get(room) ?? 0));
    const session = this.#deps.sessions.inRoom(room);
    if (closed && session !== undefined) this.#deps.sessions.end(session.record.id);
    await this.tend(room);
  }

  /** The session that the room's next learner joins; ends it where it cannot go on. */
  #goingOn(room: string, exercise: string | undefined, sight: RoomSight | undefined): Session | undefined {
    const { sessions, clock } = this.#deps;
    const session = sessions.inRoom(room);
    if (session === undefined) return undefined;
    const another = exercise !== undefined && exercise !== session.exerciseId;
    if (another && sight !== undefined && sight.learners.length > 0) throw new CodedError('ROOM_BUSY', { room, exercise: session.exerciseId });
    const old = sight === undefined && clock.wall() - Date.parse(session.record.createdAt) > RESUMABLE;
    if (!another && !old) return session;
    sessions.end(session.record.id);
    return undefined;
  }

  async #create({ record: { id, room } }: Session): Promise<void> {
    await this.#deps.rooms.create(room, id);
    this.#dispatches.inc({ reason: 'opened' });
    this.#deps.log.info({ room, session: id }, 'room opened, coach ordered');
  }

  async #uphold({ record: { id, room } }: Session, sight: RoomSight): Promise<void> {
    const { rooms, clock, log } = this.#deps;
    if (sight.coaches.length > 0 || sight.learners.length === 0) this.#coachless.delete(room);
    else if (!this.#coachless.has(room)) this.#coachless.set(room, clock.now());
    for (const step of leaseSteps(sight, id, this.#departed.get(room), (known) => this.#age(known))) {
      log.info({ room, session: id, step: step.type }, 'one coach a room');
      if (step.type === 'cancel') await rooms.cancel(room, step.dispatch);
      else if (step.type === 'remove') await rooms.remove(room, step.identity);
      else {
        await rooms.dispatch(room, id);
        this.#dispatches.inc({ reason: 'missing' });
      }
    }
  }

  #age(id: string): number {
    const now = this.#deps.clock.now();
    const first = this.#firstSeen.get(id) ?? now;
    this.#firstSeen.set(id, first);
    return now - first;
  }
}
