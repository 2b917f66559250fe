import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SpeechRequest } from '../../protocol/speech.ts';

/** What goes wrong with one request: at once, or after so many words of it were sent. */
export type Fault = { readonly kind: 'refuses' | 'hangs' } | { readonly kind: 'breaks off' | 'falls silent'; readonly after: number };

/** Samples of a character: a rate that any voice has. */
const CHARACTER = 1_600;

/** The number that a word of a test's text is: `mot17` → 17. */
const numberOf = (word: string): number => Number(/\d+/.exec(word)?.[0] ?? 0);

/** Which words are in the sound: the numbers of stretches of equal samples, pauses left out. */
export function wordsIn(pcm: Int16Array): number[] {
  const words: number[] = [];
  let before = 0;
  for (const sample of pcm) {
    if (sample !== before && sample !== 0) words.push(sample);
    before = sample;
  }
  return words;
}

export interface WordServerOptions {
  /** Best first. */
  readonly levels?: readonly string[];
  /** Called again and again while a request hangs: time passes for whoever waits. */
  readonly whileStuck?: () => void;
}

/**
 * A speech server that says words as numbers: each word of the text is a stretch of samples of its own number, as long as
 * the word, so that a test reads out of the sound what was said, in which order, and how often. It fails as it is told to.
 */
export class WordServer implements AsyncDisposable {
  readonly requests: SpeechRequest[] = [];
  readonly #server: Server;
  readonly #faults: (Fault | undefined)[];
  readonly #levels: readonly string[];
  readonly #whileStuck: () => void;

  private constructor(server: Server, faults: readonly (Fault | undefined)[], { levels = ['kokoro', 'pico', 'espeak'], whileStuck = () => undefined }: WordServerOptions) {
    this.#server = server;
    this.#faults = [...faults];
    this.#levels = levels;
    this.#whileStuck = whileStuck;
  }

  /** @param faults of its first requests, in order; undefined: all goes well */
  static async start(faults: readonly (Fault | undefined)[] = [], options: WordServerOptions = {}): Promise<WordServer> {
    const server = createServer();
    const started = new WordServer(server, faults, options);
    server.on('request', (request, response) => void started.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Gone, with all its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const request = JSON.parse(Buffer.concat(pieces).toString()) as SpeechRequest;
    this.requests.push(request);
    const fault = this.#faults.shift();
    if (fault?.kind === 'hangs') {
      this.#hang(response);
      return;
    }
    if (fault?.kind === 'refuses') {
      response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: 'SPEECH_UNAVAILABLE', message: 'no', fix: 'wait', retryable: true } }));
      return;
    }
    const level = this.#levels.find((one) => request.avoid?.includes(one) !== true) ?? 'espeak';
    response.writeHead(200, { 'x-tts-level': level, 'x-tts-voice': request.voice ?? '', 'x-tts-cache': 'miss', 'x-sample-rate': '24000' });
    const words = request.text.split(/\s+/u);
    for (const [index, word] of words.entries()) {
      if (fault !== undefined && 'after' in fault && index === fault.after) {
        if (fault.kind === 'falls silent') this.#hang(response);
        else response.destroy();
        return;
      }
      const pcm = new Int16Array((word.length + 1) * CHARACTER).fill(numberOf(word), 0, word.length * CHARACTER);
      // Sent before anything goes wrong: what was heard is heard.
      await new Promise((resolve) => response.write(Buffer.from(pcm.buffer), resolve));
    }
    response.end();
  }

  #hang(response: ServerResponse): void {
    if (response.destroyed) return;
    this.#whileStuck();
    setTimeout(() => this.#hang(response), 1);
  }
}
