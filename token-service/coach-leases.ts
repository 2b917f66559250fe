import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { RESUMABLE, type KeptSession, type Store } from '../sessions/store.ts';
import { EarlyCoaches } from './early-coaches.ts';
import type { ExerciseShelf } from './exercise-shelf.ts';
import { leaseSteps } from './lease-steps.ts';
import type { LiveKitRooms, RoomSight } from './livekit-rooms.ts';
import { RoomLock } from './room-lock.ts';

const DEFAULT_EXERCISE = 'conversation_libre_marie';

export interface LeaseDeps {
  readonly rooms: LiveKitRooms;
  readonly store: Pick<Store, 'sessions'>;
  readonly shelf: ExerciseShelf;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
}

/** What a learner asks for. */
export interface RoomRequest {
  /** A new one when undefined. */
  readonly room: string | undefined;
  /** The room's own, else the default, when undefined. */
  readonly exercise: string | undefined;
  /** Id of the learner. */
  readonly learner: string;
  /** Whether the learner agrees to be recorded. */
  readonly record: boolean;
  /** An operator or a service, who may come into any session. */
  readonly trusted: boolean;
}

/** One coach a room: opens rooms with their coach, and sends another where it is missing. */
export class CoachLeases {
  readonly #deps: LeaseDeps;
  readonly #lock = new RoomLock();
  readonly #early: EarlyCoaches;
  /** By room: when the coach who left it last had joined it. */
  readonly #departed = new LRUCache<string, number>({ max: 1_000 });
  /** By room or dispatch id, ms of our clock. */
  readonly #firstSeen = new LRUCache<string, number>({ max: 10_000 });
  readonly #coachless = new Map<string, number>();
  readonly #dispatches: Counter<'reason'>;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
    this.#early = new EarlyCoaches(deps.clock);
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
   * The session of a room, with its coach on the way, or to come with the learner when too many coaches wait for theirs. A room that is in a session stays in it; racing calls for one room
   * get the same session and one coach.
   * @throws CodedError EXERCISE_UNKNOWN, ROOM_BUSY, FORBIDDEN for another learner's session, LIVEKIT_UNREACHABLE, LIVEKIT_REFUSED, DATABASE_…; then nothing has begun.
   */
  open({ room, exercise, learner, record, trusted }: RoomRequest): Promise<KeptSession> {
    const name = room ?? `room-${randomBytes(12).toString('base64url')}`;
    return this.#lock.run(name, async () => {
      const sight = room === undefined ? undefined : await this.#deps.rooms.look(room);
      const running = await this.#goingOn(name, exercise, sight, (session) => trusted || session.learner === learner);
      const { sessions } = this.#deps.store;
      const session = running ?? await sessions.begin({ room: name, learner, record, ...this.#deps.shelf.lesson(exercise ?? DEFAULT_EXERCISE) });
      if (record && !session.recordAgreed && session.learner === learner) await sessions.agreeToRecording(session.record.id);
      try {
        if (sight === undefined) await this.#create(session);
        else if (sight.learners.length > 0 || this.#early.grant(name)) await this.#uphold(session, sight);
      } catch (error) {
        if (running === undefined) await sessions.forget(session.record.id);
        throw error;
      }
      return session;
    });
  }

  /** Looks after one room: somebody came or went, or time has passed. */
  tend(room: string): Promise<void> {
    return this.#lock.run(room, async () => {
      const session = await this.#deps.store.sessions.inRoom(room);
      const sight = session && (await this.#deps.rooms.look(room));
      if (session !== undefined && sight !== undefined && sight.learners.length > 0) await this.#uphold(session, sight);
      else this.#coachless.delete(room);
    });
  }

  /** A coach left its room: for good when it had closed the session, else another one is sent. */
  async coachLeft(room: string, { joinedAt, closed }: { joinedAt: number; closed: boolean }): Promise<void> {
    this.#departed.set(room, Math.max(joinedAt, this.#departed.get(room) ?? 0));
    const { sessions } = this.#deps.store;
    const session = closed ? await sessions.inRoom(room) : undefined;
    // Its own last event says why, and has mostly come before this.
    if (session !== undefined) await sessions.end(session.record.id, 'finished');
    await this.tend(room);
  }

  /** The session that the room's next learner joins; ends it where it cannot go on. */
  async #goingOn(room: string, exercise: string | undefined, sight: RoomSight | undefined, isTheirs: (session: KeptSession) => boolean): Promise<KeptSession | undefined> {
    const { store: { sessions }, clock } = this.#deps;
    const session = await sessions.inRoom(room);
    if (session === undefined) return undefined;
    // A room's name is no key: who knows it has no part in what was said there. Requests that race begin it together.
    if (session.term > 0 && !isTheirs(session)) throw new CodedError('FORBIDDEN');
    const another = exercise !== undefined && exercise !== session.exerciseId;
    if (another && sight !== undefined && sight.learners.length > 0) throw new CodedError('ROOM_BUSY', { room, exercise: session.exerciseId });
    const old = sight === undefined && clock.wall() - session.createdAt > RESUMABLE;
    if (!another && !old) return session;
    await sessions.end(session.record.id, 'left');
    return undefined;
  }

  async #create({ record: { id, room } }: KeptSession): Promise<void> {
    const early = this.#early.grant(room);
    await this.#deps.rooms.create(room, early ? id : undefined);
    if (early) this.#dispatches.inc({ reason: 'opened' });
    this.#deps.log.info({ room, session: id }, early ? 'room opened, coach ordered' : 'room opened; its coach comes with the learner');
  }

  async #uphold({ record: { id, room }, released }: KeptSession, sight: RoomSight): Promise<void> {
    const { rooms, clock, log } = this.#deps;
    if (sight.coaches.length > 0 || sight.learners.length === 0) this.#coachless.delete(room);
    else if (!this.#coachless.has(room)) this.#coachless.set(room, clock.now());
    const unordered = sight.learners.length > 0 && this.#early.arrived(room);
    for (const step of leaseSteps(sight, { session: id, released, unordered, departed: this.#departed.get(room), age: (known) => this.#age(known) })) {
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
