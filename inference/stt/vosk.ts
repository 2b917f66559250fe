import { randomUUID } from 'node:crypto';
import type { Logger } from '../../core/log.ts';
import { PRIORITY, type ComputeGate, type Priority } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { STT_SAMPLE_RATE, type EngineStream, type Heard, type Recognition, type RecognitionOptions, type StreamOptions, type SttEngine } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { toPcm } from './pcm.ts';
import { recovered } from './recovered.ts';
import type { VoskHearRequest, VoskOpenRequest, VoskProcessOptions } from './vosk-process.ts';
import { readVoskReply, recognitionOf, type VoskResult } from './vosk-reply.ts';

/** Longest piece that is decoded in one go, seconds: others take their turn in between. */
const PIECE = 0.25;

/** A Vosk model on this machine, in a process of its own. It finds the ends of utterances by itself, as its model says. */
export class VoskEngine implements SttEngine {
  readonly name = 'vosk';
  readonly model: string;
  readonly device = 'cpu';
  readonly languages: readonly string[];
  readonly process: EngineProcess;
  readonly #gate: ComputeGate;

  /** @param language ISO 639-1, of the model  @param library libvosk, absolute  @param folder of the model, absolute */
  constructor({ name, language, library, folder, log, gate }: { name: string; language: string; library: string; folder: string; log: Logger; gate: ComputeGate }) {
    this.model = name;
    this.languages = [language];
    this.#gate = gate;
    this.process = new EngineProcess({ name: this.name, module: new URL('./vosk-process.ts', import.meta.url), options: { library, model: folder } satisfies VoskProcessOptions, log });
  }

  available(): boolean {
    return this.process.state.kind === 'ready';
  }

  async ready(): Promise<void> {
    await this.process.ready();
  }

  recovered(signal: AbortSignal): Promise<void> {
    return recovered(this.process, signal);
  }

  async transcribe(audio: Float32Array, { words, priority }: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    const stream = new VoskStream(this.process, this.#gate, { sampleRate: STT_SAMPLE_RATE, words, priority });
    const abort = (): void => stream.close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      stream.push(toPcm(audio));
      stream.end();
      const results: VoskResult[] = [];
      for await (const { message } of stream) if (message && 'text' in message) results.push(message);
      signal?.throwIfAborted();
      return recognitionOf(results);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  stream({ sampleRate, words }: StreamOptions): EngineStream {
    return new VoskStream(this.process, this.#gate, { sampleRate, words, priority: PRIORITY.finalTranscript });
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

class VoskStream implements EngineStream {
  readonly #id = randomUUID();
  readonly #process: EngineProcess;
  readonly #gate: ComputeGate;
  readonly #priority: Priority;
  readonly #events = new EventQueue<Heard>(() => this.close());
  readonly #abort = new AbortController();
  readonly #piece: number;
  #waiting: Int16Array[] = [];
  #ended = false;
  #wake: () => void = () => undefined;
  #listened = 0;
  #settled = 0;
  #partial = '';

  constructor(process: EngineProcess, gate: ComputeGate, { sampleRate, words, priority }: { sampleRate: number; words: boolean; priority: Priority }) {
    this.#process = process;
    this.#gate = gate;
    this.#priority = priority;
    this.#piece = Math.round(PIECE * sampleRate);
    void this.#run({ stream: this.#id, sampleRate, words }).then(() => this.#events.end(), (error: unknown) => this.#events.end(this.#abort.signal.aborted ? undefined : error));
  }

  push(pcm: Int16Array): void {
    if (this.#ended) return;
    for (let from = 0; from < pcm.length; from += this.#piece) this.#waiting.push(pcm.slice(from, from + this.#piece));
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  close(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(new Error('the stream was closed'));
    this.#wake();
    this.#events.end();
    this.#process.result('drop', { stream: this.#id }).catch(() => undefined); // gone with its process
  }

  [Symbol.asyncIterator](): AsyncIterator<Heard> {
    return this.#events[Symbol.asyncIterator]();
  }

  async #run(open: VoskOpenRequest): Promise<void> {
    const { signal } = this.#abort;
    await this.#process.result('open', open, signal);
    for (;;) {
      signal.throwIfAborted();
      const audio = this.#waiting.shift();
      if (audio !== undefined) this.#take(await this.#ask('hear', { stream: this.#id, audio } satisfies VoskHearRequest), audio.length);
      else if (this.#ended) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#take(await this.#ask('finish', { stream: this.#id }), 0);
  }

  #ask(method: 'hear' | 'finish', args: unknown): Promise<string> {
    const { signal } = this.#abort;
    return this.#gate.run(this.#priority, () => this.#process.result<string>(method, args, signal), signal);
  }

  #take(reply: string, samples: number): void {
    const message = readVoskReply(reply, this.#process.name);
    this.#listened += samples;
    if ('text' in message) this.#settled = this.#listened;
    const isNews = 'text' in message || message.partial !== this.#partial;
    this.#partial = 'partial' in message ? message.partial : '';
    this.#events.tell({ listened: this.#listened, settled: this.#settled, ...(isNews && { message }) });
  }
}
