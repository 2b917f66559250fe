/** Who goes first when the cores are busy. The same order everywhere; see docs/architecture.md, rule 2. */
export const PRIORITY = { finalTranscript: 0, firstClause: 1, partial: 2, rest: 3, ahead: 4 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/**
 * Lets `slots` units of local computation run at once, the most urgent first, first come first served among equals.
 * A unit is short (a vocoder chunk, a transcription): who streams asks again for each, and so gives way in between.
 */
export class ComputeGate {
  #free: number;
  #waiting: { priority: Priority; go: () => void }[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `work` when its turn has come. Rejects with the signal's reason when aborted while waiting. */
  async run<Result>(priority: Priority, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.#enter(priority, signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(priority: Priority, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal?.reason as Error);
      };
      const entry = {
        priority,
        go: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      const behind = this.#waiting.findIndex((other) => other.priority > priority);
      this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, entry);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.go();
  }
}
