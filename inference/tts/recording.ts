/** An utterance while it is made: one writer, any number of readers, each from its beginning. */
export class Recording {
  readonly #chunks: Int16Array[] = [];
  readonly #onAbandoned: () => void;
  #end: 'open' | 'finished' | { readonly error: unknown } = 'open';
  #wake: (() => void)[] = [];
  #readers = 0;

  /** @param onAbandoned called when the last reader has left before the end: nobody waits for the rest */
  constructor(onAbandoned: () => void = () => undefined) {
    this.#onAbandoned = onAbandoned;
  }

  /** One that is complete from the start. */
  static of(pcm: Int16Array): Recording {
    const recording = new Recording();
    recording.push(pcm);
    recording.finish();
    return recording;
  }

  get begun(): boolean {
    return this.#chunks.length > 0;
  }

  get samples(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  push(chunk: Int16Array): void {
    if (this.#end !== 'open' || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#notify();
  }

  finish(): void {
    if (this.#end === 'open') this.#end = 'finished';
    this.#notify();
  }

  fail(error: unknown): void {
    if (this.#end === 'open') this.#end = { error };
    this.#notify();
  }

  /** Resolves at the end; rejects with the error that it failed with. */
  async finished(): Promise<void> {
    while (this.#end === 'open') await new Promise<void>((resolve) => this.#wake.push(resolve));
    if (this.#end !== 'finished') throw this.#end.error;
  }

  /** All of it in one piece. */
  pcm(): Int16Array {
    const pcm = new Int16Array(this.samples);
    let at = 0;
    for (const chunk of this.#chunks) {
      pcm.set(chunk, at);
      at += chunk.length;
    }
    return pcm;
  }

  /** A reader, counted from now on until it has read all, leaves its loop, or `signal` fires (and its read rejects). */
  read(signal?: AbortSignal): AsyncIterableIterator<Int16Array> {
    this.#readers += 1;
    let at = 0;
    let here = true;
    const leave = (): { done: true; value: undefined } => {
      signal?.removeEventListener('abort', leave);
      if (here) {
        here = false;
        this.#readers -= 1;
        if (this.#readers === 0 && this.#end === 'open') this.#onAbandoned();
        this.#notify();
      }
      return { done: true, value: undefined };
    };
    const next = async (): Promise<IteratorResult<Int16Array, undefined>> => {
      for (;;) {
        signal?.throwIfAborted();
        const chunk = this.#chunks[at];
        if (!here) return { done: true, value: undefined };
        if (chunk !== undefined) {
          at += 1;
          return { done: false, value: chunk };
        }
        if (this.#end === 'finished') return leave();
        if (this.#end !== 'open') {
          leave();
          throw this.#end.error;
        }
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    };
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted === true) leave();
    return {
      next,
      return: () => Promise.resolve(leave()),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
