import type { Recording, Side } from './recording.ts';

/** The recording of a session while the learner who is there has agreed to it; of nobody who comes in their place. */
export class ConsentedRecording {
  readonly #begin: () => Recording;
  #recording: Recording | undefined;
  #agreed = false;

  /** @param begin called when somebody agrees first: nothing is written before */
  constructor(begin: () => Recording) {
    this.#begin = begin;
  }

  /** Somebody else is listened to now, or nobody. */
  attend(agreed: boolean): void {
    this.#agreed = agreed;
    if (agreed) this.#recording ??= this.#begin();
  }

  /** Whether sound is kept now. */
  get runs(): boolean {
    return this.#agreed;
  }

  /** Sound that lies at Unix ms `at`; passed over while nobody has agreed. */
  write(side: Side, at: number, pcm: Int16Array, sampleRate: number): void {
    if (this.#agreed) this.#recording?.write(side, at, pcm, sampleRate);
  }

  /** Resolves when all is on disk. */
  async close(): Promise<void> {
    this.#agreed = false;
    await this.#recording?.close();
  }
}
