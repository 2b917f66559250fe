import { WebSocket } from 'ws';
import { systemClock, type Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { STT_SAMPLE_RATE, type EngineStream, type Heard, type Recognition, type RecognitionOptions, type StreamOptions, type SttEngine } from './engine.ts';
import { EventQueue } from './event-queue.ts';
import { toPcm } from './pcm.ts';
import { StallWatch } from './stall-watch.ts';
import { readVoskReply, recognitionOf, type VoskResult } from './vosk-reply.ts';

/** Longest wait for the server to take the connection, ms. */
const HANDSHAKE = 3_000;
/** Longest message, seconds of audio: the server answers each. */
const CHUNK = 0.25;

/** A Vosk server somewhere else (github.com/alphacep/vosk-server, WebSocket). Its language is that of its model. */
export class VoskServerEngine implements SttEngine {
  readonly name = 'vosk-server';
  readonly model = 'vosk';
  readonly device = 'remote';
  readonly #url: string;
  readonly #clock: Clock;
  readonly #stall: number;

  /** @param stall longest wait for the next answer about a file, ms */
  constructor(url: string, { clock = systemClock, stall = 10_000 }: { clock?: Clock; stall?: number } = {}) {
    this.#url = url;
    this.#clock = clock;
    this.#stall = stall;
  }

  available(): boolean {
    return true;
  }

  async ready(): Promise<void> {
    // Each connection shows for itself.
  }

  async recovered(): Promise<void> {
    // As for `ready`.
  }

  async transcribe(audio: Float32Array, { language }: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    const stream = this.stream({ sampleRate: STT_SAMPLE_RATE, language, words: true, preflight: false });
    const close = (): void => stream.close();
    const watch = new StallWatch({ clock: this.#clock, ms: this.#stall, onStall: close });
    signal?.addEventListener('abort', close, { once: true });
    try {
      stream.push(toPcm(audio));
      stream.end();
      watch.owe();
      const results: VoskResult[] = [];
      for await (const { message } of stream) {
        watch.clear();
        watch.owe();
        if (message && 'text' in message) results.push(message);
      }
      signal?.throwIfAborted();
      if (watch.stalled) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'it gave no sign of life' });
      return recognitionOf(results);
    } finally {
      watch.clear();
      signal?.removeEventListener('abort', close);
    }
  }

  stream(options: StreamOptions): EngineStream {
    return new VoskServerStream(this.name, this.#url, options);
  }

  async close(): Promise<void> {
    // Connections belong to their streams.
  }
}

class VoskServerStream implements EngineStream {
  readonly #events = new EventQueue<Heard>(() => this.close());
  readonly #name: string;
  readonly #socket: WebSocket;
  readonly #longest: number;
  #unsent: (Buffer | string)[] = [];
  /** Where each chunk that has no answer yet ends, in samples: the server answers them in order. */
  readonly #unanswered: number[] = [];
  #sent = 0;
  #listened = 0;
  #settled = 0;
  #ended = false;

  constructor(name: string, url: string, { sampleRate, words }: StreamOptions) {
    this.#name = name;
    this.#longest = CHUNK * sampleRate;
    this.#socket = new WebSocket(url, { handshakeTimeout: HANDSHAKE });
    this.#send(JSON.stringify({ config: { sample_rate: sampleRate, words } }));
    this.#socket.on('open', () => {
      for (const message of this.#unsent) this.#socket.send(message);
      this.#unsent = [];
    });
    this.#socket.on('message', (data, binary) => this.#take(binary ? '' : (data as Buffer).toString('utf8')));
    this.#socket.on('error', () => undefined); // 'close' follows
    this.#socket.on('close', (code) => {
      const whole = this.#ended && code === 1000 && this.#unanswered.length === 0;
      this.#events.end(whole ? undefined : new CodedError('ENGINE_UNAVAILABLE', { engine: this.#name, reason: 'the connection failed' }));
    });
  }

  push(pcm: Int16Array): void {
    if (this.#ended) return;
    for (let from = 0; from < pcm.length; from += this.#longest) {
      const chunk = pcm.slice(from, from + this.#longest);
      this.#sent += chunk.length;
      this.#unanswered.push(this.#sent);
      this.#send(Buffer.from(chunk.buffer));
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unanswered.push(this.#sent);
    this.#send('{"eof":1}');
  }

  close(): void {
    this.#ended = true;
    this.#events.end();
    this.#socket.terminate();
  }

  [Symbol.asyncIterator](): AsyncIterator<Heard> {
    return this.#events[Symbol.asyncIterator]();
  }

  #take(answer: string): void {
    try {
      const message = readVoskReply(answer, this.#name);
      this.#listened = this.#unanswered.shift() ?? this.#listened;
      if ('text' in message) this.#settled = this.#listened;
      this.#events.tell({ listened: this.#listened, settled: this.#settled, message });
    } catch (error) {
      this.#events.end(error);
      this.#socket.terminate();
    }
  }

  #send(message: Buffer | string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else this.#unsent.push(message);
  }
}
