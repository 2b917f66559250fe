import Value from 'typebox/value';
import { WebSocket } from 'ws';
import { CodedError } from '../../core/errors.ts';
import { SttServerMessage, type SttConfigMessage } from '../stt-stream.ts';
import { unreachable } from './service-call.ts';

export interface RecognitionSocketOptions {
  /** Hz of what will be pushed, 8,000 to 48,000. */
  readonly sampleRate: number;
  readonly language?: string;
  readonly words?: boolean;
  readonly preflight?: boolean;
  /** Silence after which an utterance is final, in ms. */
  readonly endpointMs?: number;
}

/** A connection that ended without a goodbye. */
const BROKEN_OFF = 1006;
/** How often the server is asked for a sign of life, ms: it has as long to answer. */
const SIGN_OF_LIFE = 1_500;

/**
 * One stream of audio in, the server's messages out. The loop over it ends when the server has said all after `end()`,
 * or at once after `close()`.
 * @throws CodedError ENGINE_UNAVAILABLE from the loop when the connection fails or breaks off.
 */
export class RecognitionSocket implements AsyncIterable<SttServerMessage> {
  /** Resolves when the server has taken the connection; rejects as the loop would. */
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #messages: SttServerMessage[] = [];
  #unsent: (string | Uint8Array)[] = [];
  #over: { readonly error?: CodedError } | undefined;
  #ended = false;
  readonly #refuse: (error: CodedError) => void;
  #wake: () => void = () => undefined;
  #alive = true;
  #unwatch: () => void = () => undefined;

  /** @param onBrokenOff told when the server cannot be reached, breaks off, or shows no sign of life */
  constructor(url: URL, { sampleRate, language, words, preflight, endpointMs }: RecognitionSocketOptions, onBrokenOff: () => void = () => undefined) {
    const config: SttConfigMessage['config'] = {
      sample_rate: sampleRate,
      events: true,
      ...(language === undefined ? {} : { language }),
      ...(words === undefined ? {} : { words }),
      ...(preflight === undefined ? {} : { preflight }),
      ...(endpointMs === undefined ? {} : { endpoint_ms: endpointMs }),
    };
    this.#unsent.push(JSON.stringify({ config }));
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    promise.catch(() => undefined); // who does not wait for it meets the error in the loop
    this.opened = promise;
    this.#refuse = reject;
    this.#socket = new WebSocket(url, { perMessageDeflate: false })
      .on('open', () => {
        this.#watch();
        for (const message of this.#unsent.splice(0)) this.#socket.send(message);
        resolve(undefined);
      })
      .on('message', (data: Buffer) => this.#receive(data.toString()))
      .on('pong', () => (this.#alive = true))
      .on('error', (cause) => {
        onBrokenOff();
        this.#finish({ error: unreachable('stt', cause) });
      })
      .on('close', (code) => {
        if (this.#over === undefined && code === BROKEN_OFF) onBrokenOff();
        this.#finish(this.#ended && code === 1000 ? {} : { error: unreachable('stt', new Error(`the connection closed (${code})`)) });
      });
  }

  /** 16-bit mono at the rate given. Ignored once the stream is over. */
  push(pcm: Int16Array): void {
    // Copied: the caller may use its frame again before it is on the wire.
    this.#send(new Uint8Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength)));
  }

  /** No more audio: the server answers with the rest and closes. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#send('{"eof":1}');
  }

  /** Ends at once; what is not yet read is dropped. */
  close(): void {
    this.#messages.length = 0;
    this.#finish({});
    this.#socket.terminate();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SttServerMessage, void> {
    try {
      for (;;) {
        const message = this.#messages.shift();
        if (message !== undefined) yield message;
        else if (this.#over?.error !== undefined) throw this.#over.error;
        else if (this.#over !== undefined) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.close();
    }
  }

  #receive(data: string): void {
    const message = read(data);
    if (message === undefined) {
      this.#finish({ error: new CodedError('ENGINE_FAILED', { engine: 'stt', reason: 'it answered something else than agreed' }) });
    } else {
      this.#messages.push(message);
      this.#wake();
    }
  }

  /** A machine that has vanished, or a program that hangs, closes no connection. */
  #watch(): void {
    const timer = setInterval(() => {
      if (!this.#alive) {
        this.#socket.emit('error', new Error('no sign of life'));
        this.#socket.terminate();
        return;
      }
      this.#alive = false;
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
    }, SIGN_OF_LIFE);
    this.#unwatch = () => clearInterval(timer);
  }

  #finish(over: { readonly error?: CodedError }): void {
    this.#unwatch();
    this.#over ??= over;
    this.#refuse(over.error ?? unreachable('stt', new Error('closed')));
    this.#unsent = [];
    this.#wake();
  }

  #send(message: string | Uint8Array): void {
    if (this.#over !== undefined) return;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else this.#unsent.push(message);
  }
}

function read(data: string): SttServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(data);
    return Value.Check(SttServerMessage, message) ? message : undefined;
  } catch {
    return undefined;
  }
}
