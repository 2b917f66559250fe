import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionEvent } from '../../protocol/session-events.ts';
import type { Learner } from './learner.ts';

type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** A session's events as they lie in the outbox of the data folder `home`. */
export class OutboxReader {
  readonly #file: string;

  constructor(home: string, session: string) {
    this.#file = join(home, 'outbox', `${session}.jsonl`);
  }

  all(): SessionEvent[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as SessionEvent);
  }

  find<Type extends SessionEvent['type']>(type: Type, fits: (event: Of<Type>) => boolean = () => true): Of<Type> | undefined {
    return this.all().find((event): event is Of<Type> => event.type === type && fits(event as Of<Type>));
  }

  /** The first event that fits, past or to come, as long as `learner` is in the room. */
  async next<Type extends SessionEvent['type']>(learner: Learner, type: Type, fits?: (event: Of<Type>) => boolean): Promise<Of<Type>> {
    for (;;) {
      const found = this.find(type, fits);
      if (found !== undefined) return found;
      await learner.tick();
    }
  }
}
