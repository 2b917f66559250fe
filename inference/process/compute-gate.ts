/** Who goes first when the cores are busy. The same order everywhere; see docs/architecture.md, rule 2. */
export const PRIORITY = { finalTranscript: 0, firstClause: 1, partial: 2, rest: 3, ahead: 4 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** Weight of the newest unit in what a unit is expected to take. */
const NEWEST = 0.1;
/** Expected of a unit of a priority that was never run, ms. */
const UNKNOWN = 100;

interface Waiting {
  readonly priority: Priority;
  readonly room: string | undefined;
  readonly go: () => void;
}

/**
 * Lets `slots` units of local computation run at once: the most urgent first, among equals the room that has had least,
 * then first come first served. A unit is short (a vocoder chunk, a transcription): who streams asks again for each, and
 * so gives way in between.
 */
export class ComputeGate {
  readonly slots: number;
  #free: number;
  #waiting: Waiting[] = [];
  readonly #unitMs = new Map<Priority, number>();
  /** Units that each room has had since the gate was last idle; who comes later is counted from what is usual by then. */
  readonly #had = new Map<string, number>();
  #usual = 0;

  constructor(slots: number) {
    this.slots = slots;
    this.#free = slots;
  }

  get free(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** How long a unit of this priority would wait if it came now, ms, as far as the units so far tell. */
  backlogMs(priority: Priority): number {
    if (this.#free > 0) return 0;
    const ahead = this.#waiting.filter((other) => other.priority <= priority).reduce((sum, other) => sum + this.#expected(other.priority), 0);
    return (ahead + UNIT_UNDER_WAY * this.#expected(priority)) / this.slots;
  }

  /**
   * Runs `work` when its turn has come. Rejects with the signal's reason when aborted while waiting.
   * @param room whose share it is; work without one shares with nobody
   */
  async run<Result>(priority: Priority, work: () => Promise<Result>, signal?: AbortSignal, room?: string): Promise<Result> {
    await this.#enter(priority, signal, room);
    const began = performance.now();
    try {
      return await work();
    } finally {
      const before = this.#unitMs.get(priority);
      const took = performance.now() - began;
      this.#unitMs.set(priority, before === undefined ? took : before + NEWEST * (took - before));
      this.#leave();
    }
  }

  #expected(priority: Priority): number {
    return this.#unitMs.get(priority) ?? UNKNOWN;
  }

  #enter(priority: Priority, signal: AbortSignal | undefined, room: string | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      this.#count(room);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal?.reason as Error);
      };
      const entry = {
        priority,
        room,
        go: () => {
          signal?.removeEventListener('abort', abort);
          this.#count(room);
          resolve();
        },
      };
      this.#waiting.push(entry);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #leave(): void {
    const next = this.#next();
    if (next === undefined) {
      this.#free += 1;
      if (this.#free === this.slots) {
        this.#had.clear();
        this.#usual = 0;
      }
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== next);
    next.go();
  }

  #next(): Waiting | undefined {
    return this.#waiting.reduce<Waiting | undefined>((best, entry) => (best === undefined || entry.priority < best.priority || (entry.priority === best.priority && this.#share(entry.room) < this.#share(best.room)) ? entry : best), undefined);
  }

  #share(room: string | undefined): number {
    return Math.max(this.#usual, room === undefined ? 0 : (this.#had.get(room) ?? 0));
  }

  /** Start-time fair queueing (Goyal et al. 1996), with units for bytes. */
  #count(room: string | undefined): void {
    this.#usual = this.#share(room);
    if (room !== undefined) this.#had.set(room, this.#usual + 1);
  }
}

/** What is left of a unit that runs already, on average. */
const UNIT_UNDER_WAY = 0.5;
