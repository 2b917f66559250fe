import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { RESUMABLE, type KeptSession, type Store } from '../sessions/store.ts';
import type { CoachLeases } from './coach-leases.ts';
import type { LiveKitRooms } from './livekit-rooms.ts';

/** Between two rounds, in ms. */
const ROUND = 5_000;

export interface WatchDeps {
  readonly rooms: LiveKitRooms;
  readonly store: Pick<Store, 'sessions'>;
  readonly leases: CoachLeases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
}

/** Looks after the rooms of running sessions every few seconds: what a webhook missed is put right here. */
export class RoomWatch {
  readonly #deps: WatchDeps;
  readonly #rooms: Gauge;
  readonly #participants: Gauge;
  #cancel: () => void = () => undefined;
  #closed = false;
  #working: Promise<void> = Promise.resolve();
  #reachable = true;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const registers = [deps.registry];
    this.#rooms = new Gauge({ name: 'eloquence_rooms', help: 'Rooms of running sessions that the media server has.', registers });
    this.#participants = new Gauge({ name: 'eloquence_participants', help: 'People in these rooms; the media server counts no coaches.', registers });
    this.#later();
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#working;
  }

  #later(): void {
    if (this.#closed) return;
    this.#cancel = this.#deps.clock.after(ROUND, () => {
      this.#working = this.#round().finally(() => this.#later());
    });
  }

  /** A session whose room is gone, that nobody leads and nobody can come back to any more, is over. */
  async #endDeserted(running: readonly KeptSession[], rooms: ReadonlySet<string>): Promise<void> {
    const { store: { sessions }, clock } = this.#deps;
    for (const { record: { id, room }, leased, createdAt } of running) {
      if (!rooms.has(room) && !leased && clock.wall() - createdAt > RESUMABLE) await sessions.end(id, 'left');
    }
  }

  async #round(): Promise<void> {
    const { store: { sessions }, rooms, leases, log } = this.#deps;
    try {
      const running = await sessions.running();
      const there = await rooms.existing(running.map(({ record }) => record.room));
      await this.#endDeserted(running, new Set(there.map(({ name }) => name)));
      this.#rooms.set(there.length);
      this.#participants.set(there.reduce((sum, { participants }) => sum + participants, 0));
      for (const { name } of there) await leases.tend(name);
      if (!this.#reachable) log.info('the rooms can be looked after again');
      this.#reachable = true;
    } catch (err) {
      if (this.#reachable) log.warn({ err }, 'the rooms cannot be looked after');
      this.#reachable = false;
    }
  }
}
