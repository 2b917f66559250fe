import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import type { SessionEvent } from '../../protocol/session-events.ts';
import type { Learner } from './learner.ts';

/** Of the learner's hearing, between two questions. */
const TICKS = 20;

type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** What the token service was told of a session. */
export class SessionEvents {
  readonly #tokenService: TokenServiceClient;
  readonly #session: string;

  constructor(tokenService: TokenServiceClient, session: string) {
    this.#tokenService = tokenService;
    this.#session = session;
  }

  async all(): Promise<SessionEvent[]> {
    return (await this.#tokenService.events(this.#session)).map(({ event }) => event);
  }

  async find<Type extends SessionEvent['type']>(type: Type, fits: (event: Of<Type>) => boolean = () => true): Promise<Of<Type> | undefined> {
    return (await this.all()).find((event): event is Of<Type> => event.type === type && fits(event as Of<Type>));
  }

  /** The first event that fits, past or to come, as long as `learner` is in the room. */
  async next<Type extends SessionEvent['type']>(learner: Learner, type: Type, fits?: (event: Of<Type>) => boolean): Promise<Of<Type>> {
    for (;;) {
      const found = await this.find(type, fits);
      if (found !== undefined) return found;
      // Asked at each tick, the service and this process would take the coach's part of the machine.
      for (let ticks = 0; ticks < TICKS; ticks += 1) await learner.tick();
    }
  }
}
