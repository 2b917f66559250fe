import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { wavFile, wavHeader } from '../../protocol/pcm.ts';

/** What the fake does with a request for speech. */
export type SpeechApiBehaviour =
  /** `pcm` in pieces of `pieceBytes`, under `type` (default audio/pcm). */
  | { readonly kind: 'pcm'; readonly pcm: Int16Array; readonly pieceBytes?: number; readonly type?: string }
  /** The same as a WAV; `streamed`: its length is not known. */
  | { readonly kind: 'wav'; readonly pcm: Int16Array; readonly rate: number; readonly streamed?: boolean; readonly channels?: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly type?: string }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Sends the first `bytes` of `pcm` (0: not even headers), then nothing more, and keeps the connection. */
  | { readonly kind: 'stall'; readonly pcm: Int16Array; readonly bytes: number }
  /** Destroys the connection after them. */
  | { readonly kind: 'cut'; readonly pcm: Int16Array; readonly bytes: number };

export interface RecordedSpeech {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Settles when the connection of the request is closed; true when before the reply was complete. */
  readonly closedEarly: Promise<boolean>;
}

/** OpenAI's speech API on a loopback socket: does as it is told and records what it was asked. Its errors quote all they were sent. */
export class FakeSpeechApi implements AsyncDisposable {
  readonly requests: RecordedSpeech[] = [];
  behaviour: SpeechApiBehaviour = { kind: 'pcm', pcm: new Int16Array(2_400).fill(900) };
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(): Promise<FakeSpeechApi> {
    const fake = new FakeSpeechApi();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  /** With its `/v1`. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    const { authorization } = request.headers;
    this.requests.push({ path: request.url ?? '', authorization, body, closedEarly: once(response, 'close').then(() => !response.writableFinished) });
    perform(this.behaviour, response, `refused: ${JSON.stringify(body)} with ${authorization ?? 'no key'}`);
  }
}

function perform(behaviour: SpeechApiBehaviour, response: ServerResponse, quote: string): void {
  switch (behaviour.kind) {
    case 'pcm': {
      const bytes = Buffer.from(behaviour.pcm.buffer, behaviour.pcm.byteOffset, behaviour.pcm.byteLength);
      const size = behaviour.pieceBytes ?? bytes.length;
      response.writeHead(200, { 'content-type': behaviour.type ?? 'audio/pcm' });
      for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
      response.end();
      break;
    }
    case 'wav': {
      const { pcm, rate, streamed = false, channels = 1 } = behaviour;
      const whole = wavFile({ pcm, sampleRate: rate });
      const header = streamed ? wavHeader(rate, undefined, channels) : wavHeader(rate, pcm.byteLength, channels);
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(Buffer.concat([header, whole.subarray(header.length)]));
      break;
    }
    case 'bytes':
      response.writeHead(200, behaviour.type === undefined ? {} : { 'content-type': behaviour.type }).end(behaviour.bytes);
      break;
    case 'status':
      response.writeHead(behaviour.status, { 'content-type': 'application/json', 'x-quote': quote.replace(/[^\x20-\x7e]/gu, '?'), ...behaviour.headers }).end(JSON.stringify({ error: { message: quote } }));
      break;
    case 'stall':
    case 'cut': {
      const { socket } = response;
      if (behaviour.bytes > 0) response.writeHead(200, { 'content-type': 'audio/pcm' }).write(Buffer.from(behaviour.pcm.buffer, 0, behaviour.bytes));
      if (behaviour.kind === 'cut') setImmediate(() => socket?.destroy()); // once what was written has left
    }
  }
}
