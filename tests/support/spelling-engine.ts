import type { EngineStream, Heard, Recognition, StreamOptions, SttEngine } from '../../inference/stt/engine.ts';
import { CodedError } from '../../core/errors.ts';
import { EventQueue } from '../../inference/stt/event-queue.ts';

/** How a stream of the engine fails once it has listened to so many samples. */
export interface Fault {
  readonly after: number;
  readonly how: 'dies' | 'ends' | 'hangs' | 'talks-nonsense' | 'refuses';
}

/** Samples of the rate that the engine listens at: a number a sample, 0 for a pause. */
export const SPELLING_RATE = 8_000;

/**
 * An engine that understands numbers: a run of equal samples is a word, a 0 ends the utterance. Its streams fail as they
 * are told to, one after the other; those after the last fault are sound.
 */
export class SpellingEngine implements SttEngine {
  readonly model = 'spelling';
  readonly device = 'none';
  readonly name: string;
  readonly #faults: Fault[];
  /** Streams that it was asked for. */
  streams = 0;
  up = true;
  #recovered: (() => void)[] = [];

  constructor(name: string, faults: readonly Fault[] = []) {
    this.name = name;
    this.#faults = [...faults];
  }

  available(): boolean {
    return this.up;
  }

  async ready(): Promise<void> {
    // It always is.
  }

  recovered(): Promise<void> {
    return this.up ? Promise.resolve() : new Promise((resolve) => this.#recovered.push(resolve));
  }

  comeBack(): void {
    this.up = true;
    for (const resolve of this.#recovered.splice(0)) resolve();
  }

  transcribe(): Promise<Recognition> {
    return Promise.reject(new CodedError('ENGINE_FAILED', { engine: this.name, reason: 'it only knows streams' }));
  }

  stream({ words }: StreamOptions): EngineStream {
    this.streams += 1;
    return new SpellingStream(this.name, words, this.#faults.shift());
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

class SpellingStream implements EngineStream {
  readonly #name: string;
  readonly #words: boolean;
  readonly #fault: Fault | undefined;
  readonly #events = new EventQueue<Heard>(() => undefined);
  #listened = 0;
  #settled = 0;
  #utterance: { word: number; from: number; samples: number }[] = [];
  #over = false;

  constructor(name: string, words: boolean, fault: Fault | undefined) {
    this.#name = name;
    this.#words = words;
    this.#fault = fault;
  }

  push(pcm: Int16Array): void {
    for (const sample of pcm) {
      if (this.#over) return;
      if (this.#listened === this.#fault?.after) return this.#fail(this.#fault.how);
      this.#hear(sample);
    }
    this.#tell();
  }

  end(): void {
    if (this.#over) return;
    if (this.#fault !== undefined) return this.#fail(this.#fault.how);
    this.#finish();
    this.#settled = this.#listened;
    this.#tell();
    this.#over = true;
    this.#events.end();
  }

  close(): void {
    this.#over = true;
    this.#events.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Heard> {
    return this.#events[Symbol.asyncIterator]();
  }

  #hear(sample: number): void {
    const last = this.#utterance.at(-1);
    if (sample !== 0 && last?.word === sample) last.samples += 1;
    else if (sample !== 0) this.#utterance.push({ word: sample, from: this.#listened, samples: 1 });
    this.#listened += 1;
    if (sample === 0) this.#finish();
  }

  #finish(): void {
    const told = this.#utterance;
    this.#utterance = [];
    this.#settled = this.#listened;
    if (told.length === 0) return;
    const text = told.map(({ word, samples }) => `${word}x${samples}`).join(' ');
    const result = told.map(({ word, from, samples }) => ({ word: `${word}x${samples}`, start: from / SPELLING_RATE, end: (from + samples) / SPELLING_RATE, conf: 1 }));
    this.#tell({ text, ...(this.#words && { result }) });
  }

  #fail(how: Fault['how']): void {
    this.#over = true;
    switch (how) {
      case 'dies':
        return this.#events.end(new CodedError('ENGINE_UNAVAILABLE', { engine: this.#name, reason: 'it ended' }));
      case 'refuses':
        return this.#events.end(new CodedError('ENGINE_FAILED', { engine: this.#name, reason: 'it could not' }));
      case 'ends':
        return this.#events.end();
      case 'talks-nonsense':
        return this.#tell({ text: 7 } as unknown as Heard['message']);
      case 'hangs':
    }
  }

  #tell(message?: Heard['message']): void {
    this.#events.tell({ listened: this.#listened, settled: this.#settled, ...(message && { message }) });
  }
}
