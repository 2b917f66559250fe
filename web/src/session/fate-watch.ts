import type { Fate } from './fate.ts';
import type { Ending } from './link.ts';

/** Between two questions while there is no coach, ms. */
const ASK_MS = 5_000;

/**
 * Finds out whether a session without a coach still is one: nobody tells the room when it is erased or ended from
 * elsewhere. A refusal means that it is gone only where the service had told of it before: a browser that keeps no
 * cookie is refused from the beginning.
 */
export class FateWatch {
  readonly #ask: (session: string) => Promise<Fate | undefined>;
  readonly #onOver: (why: Ending) => void;
  #session: string | undefined;
  #told = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(ask: (session: string) => Promise<Fate | undefined>, onOver: (why: Ending) => void) {
    this.#ask = ask;
    this.#onOver = onOver;
  }

  /** The learner has come into `session`, for the first time or again. */
  enter(session: string): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#told = false;
    void this.look();
  }

  /** The coach is away, or there again: as long as it is away, looks again and again. */
  handleCoach({ absent }: { absent: boolean }): void {
    if (absent === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = absent ? setInterval(() => void this.look(), ASK_MS) : undefined;
  }

  /** Looks now. */
  async look(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const fate = await this.#ask(session);
    if (session !== this.#session) return;
    if (fate === 'running') this.#told = true;
    else if (fate === 'refused') {
      if (this.#told) this.#onOver('erased');
    } else if (fate) this.#onOver(fate);
  }

  stop(): void {
    this.#session = undefined;
    this.handleCoach({ absent: false });
  }
}
