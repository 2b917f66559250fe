import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import type { CoachLeases } from './coach-leases.ts';
import type { LiveKitRooms } from './livekit-rooms.ts';
import type { Sessions } from './sessions.ts';

/** Between two rounds, in ms. */
const ROUND = 5_000;

export interface WatchDeps {
  readonly rooms: LiveKitRooms;
  readonly sessions: Sessions;
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
  #reachable = true;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const registers = [deps.registry];
    this.#rooms = new Gauge({ name: 'eloquence_rooms', help: 'Rooms of running sessions that the media server has.', registers });
    this.#participants = new Gauge({ name: 'eloquence_participants', help: 'People in these rooms; the media server counts no coaches.', registers });
    this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #later(): void {
    if (this.#closed) return;
    this.#cancel = this.#deps.clock.after(ROUND, () => void this.#round().finally(() => this.#later()));
  }

  async #round(): Promise<void> {
    const { sessions, rooms, leases, log } = this.#deps;
    try {
      sessions.prune();
      const there = await rooms.existing(sessions.running().map(({ record }) => record.room));
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
