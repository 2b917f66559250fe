/** The audio of a stream that is still needed. Places are samples from the beginning of the stream. */
export class AudioTail {
  readonly #limit: number;
  #samples = new Int16Array(16_000);
  #start = 0;
  #end = 0;

  /** Keeps the last `limit` samples at most; what is older is lost. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The first sample that is still there. */
  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  append(samples: Int16Array): void {
    const kept = this.#end - this.#start;
    if (kept + samples.length > this.#samples.length) {
      const grown = new Int16Array(Math.max(2 * this.#samples.length, kept + samples.length));
      grown.set(this.#samples.subarray(0, kept));
      this.#samples = grown;
    }
    this.#samples.set(samples, kept);
    this.#end += samples.length;
    this.dropBefore(this.#end - this.#limit);
  }

  /** A copy of what is there of `from` … `to`. */
  slice(from: number, to: number): Int16Array<ArrayBuffer> {
    return this.#samples.slice(Math.max(0, from - this.#start), Math.max(0, Math.min(to, this.#end) - this.#start));
  }

  dropBefore(place: number): void {
    const count = Math.min(place, this.#end) - this.#start;
    if (count <= 0) return;
    this.#samples.copyWithin(0, count, this.#end - this.#start);
    this.#start += count;
  }
}
