import { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { CodedError } from '../../core/errors.ts';
import { SttPartial, SttResult, type SttServerMessage } from '../../protocol/stt-stream.ts';
import { STT_SAMPLE_RATE, type Recognition, type RecognitionOptions, type RecognitionStream, type StreamOptions, type SttEngine } from './engine.ts';
import { toPcm } from './pcm.ts';

type Result = Static<typeof SttResult>;
const Reply = Type.Union([SttPartial, SttResult]);
/** Longest wait for the server to take the connection, ms. */
const HANDSHAKE = 3_000;
/** Samples a message when a whole file is sent: the server answers each. */
const CHUNK = STT_SAMPLE_RATE / 4;

/** A Vosk server somewhere else (github.com/alphacep/vosk-server, WebSocket). Its language is that of its model. */
export class VoskServerEngine implements SttEngine {
  readonly name = 'vosk-server';
  readonly model = 'vosk';
  readonly device = 'remote';
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  available(): boolean {
    return true;
  }

  async ready(): Promise<void> {
    // Each connection shows for itself.
  }

  async transcribe(audio: Float32Array, { language }: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    const stream = this.stream({ sampleRate: STT_SAMPLE_RATE, language, words: true, preflight: false });
    const abort = (): void => stream.close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const pcm = toPcm(audio);
      for (let from = 0; from < pcm.length; from += CHUNK) stream.push(pcm.subarray(from, from + CHUNK));
      stream.end();
      const results: Result[] = [];
      for await (const message of stream) {
        if ('error' in message) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'the connection failed' });
        if ('text' in message && message.text !== '') results.push(message);
      }
      signal?.throwIfAborted();
      return joined(results);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  stream(options: StreamOptions): RecognitionStream {
    return new VoskServerStream(this.#url, options);
  }

  async close(): Promise<void> {
    // Connections belong to their streams.
  }
}

class VoskServerStream implements RecognitionStream {
  readonly #messages = new Readable({ objectMode: true, read: () => undefined });
  readonly #socket: WebSocket;
  #unsent: (Buffer | string)[] = [];
  #ended = false;
  #closed = false;

  constructor(url: string, { sampleRate, words }: StreamOptions) {
    this.#socket = new WebSocket(url, { handshakeTimeout: HANDSHAKE });
    this.#send(JSON.stringify({ config: { sample_rate: sampleRate, words } }));
    this.#socket.on('open', () => {
      for (const message of this.#unsent) this.#socket.send(message);
      this.#unsent = [];
    });
    this.#socket.on('message', (data, binary) => {
      const reply: unknown = binary ? undefined : parsed(data as Buffer);
      if (!this.#closed && Value.Check(Reply, reply)) this.#messages.push(reply satisfies SttServerMessage);
    });
    this.#socket.on('error', () => undefined); // 'close' follows
    this.#socket.on('close', (code) => {
      if (this.#closed) return;
      if (!this.#ended || code !== 1000) this.#messages.push({ error: new CodedError('ENGINE_UNAVAILABLE', { engine: 'vosk-server', reason: 'the connection failed' }).toBody().error } satisfies SttServerMessage);
      this.#finish();
    });
    this.#messages.once('close', () => this.close());
  }

  push(pcm: Int16Array): void {
    if (!this.#ended) this.#send(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  }

  end(): void {
    if (this.#ended) return;
    this.#send('{"eof":1}');
    this.#ended = true;
  }

  close(): void {
    this.#ended = true;
    this.#finish();
    this.#socket.terminate();
  }

  [Symbol.asyncIterator](): AsyncIterator<SttServerMessage> {
    return this.#messages[Symbol.asyncIterator]() as AsyncIterator<SttServerMessage>;
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#messages.push(null);
  }

  #send(message: Buffer | string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else this.#unsent.push(message);
  }
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}

function joined(results: readonly Result[]): Recognition {
  const words = results.flatMap(({ result }) => result ?? []);
  const segments = results.map(({ text, result }) => ({ text, start: result?.[0]?.start ?? 0, end: result?.at(-1)?.end ?? 0 }));
  return { text: results.map(({ text }) => text).join(' '), segments, words, confidence: words.reduce((sum, { conf }) => sum + conf, 0) / Math.max(1, words.length) };
}
