import { ReadableStream } from 'node:stream/web';
import type { AudioFrame } from '@livekit/rtc-node';
import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';
import type { Clock } from '../core/clock.ts';

/** Speech made ahead of what is played, in samples. More would be thrown away at an interruption, less would leave gaps. */
const AHEAD = 6 * SPEECH_SAMPLE_RATE;

/** What a frame belongs to: one attempt at a clause. */
export type Part = object;

/** Frames between who makes them and who plays them: what was not yet taken to be played can be taken back. */
export class SpokenQueue {
  readonly #clock: Clock;
  #frames: { readonly frame: AudioFrame; readonly part: Part }[] = [];
  #samples = 0;
  readonly #taken = new WeakMap<Part, number>();
  #hungrySince: number | undefined;
  #over: { readonly error?: unknown } | undefined;
  #filled: () => void = () => undefined;
  #drained: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the player has been waiting for the next frame, ms. */
  get hungryMs(): number {
    return this.#hungrySince === undefined ? 0 : this.#clock.now() - this.#hungrySince;
  }

  push(frame: AudioFrame, part: Part): void {
    if (this.#over !== undefined) return;
    this.#frames.push({ frame, part });
    this.#samples += frame.samplesPerChannel;
    this.#filled();
  }

  /** Resolves when more may be made. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#samples >= AHEAD && this.#over === undefined) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#drained = () => resolve(undefined);
      signal.addEventListener('abort', this.#drained, { once: true });
      await promise;
      signal.throwIfAborted();
    }
  }

  /** Takes back what was not taken to be played. Returns the samples of this part that were. */
  withdraw(part: Part): number {
    const back = this.#frames.filter((entry) => entry.part === part);
    this.#samples -= back.reduce((sum, { frame }) => sum + frame.samplesPerChannel, 0);
    this.#frames = this.#frames.filter((entry) => entry.part !== part);
    return this.#taken.get(part) ?? 0;
  }

  /** No more frames; with an error, the player meets it after those that there are. */
  end(error?: { readonly error: unknown }): void {
    this.#over ??= error ?? {};
    this.#filled();
    this.#drained();
  }

  /** For the player. Leaving it drops what is left and calls `onLeft`. */
  stream(onLeft: () => void): ReadableStream<AudioFrame> {
    return new ReadableStream<AudioFrame>(
      {
        pull: async (controller) => {
          const frame = await this.#next();
          if (frame !== undefined) controller.enqueue(frame);
          else if (this.#over?.error === undefined) controller.close();
          else controller.error(this.#over.error);
        },
        cancel: () => {
          this.#frames = [];
          this.end();
          onLeft();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async #next(): Promise<AudioFrame | undefined> {
    while (this.#frames.length === 0 && this.#over === undefined) {
      this.#hungrySince ??= this.#clock.now();
      await new Promise<void>((resolve) => (this.#filled = resolve));
    }
    this.#hungrySince = undefined;
    const entry = this.#frames.shift();
    if (entry === undefined) return undefined;
    this.#samples -= entry.frame.samplesPerChannel;
    this.#taken.set(entry.part, (this.#taken.get(entry.part) ?? 0) + entry.frame.samplesPerChannel);
    this.#drained();
    return entry.frame;
  }
}
