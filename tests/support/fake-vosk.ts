import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A Vosk server as github.com/alphacep/vosk-server answers: a partial to each piece of audio, the result at the end. */
export class FakeVosk {
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  /** Samples received. */
  samples = 0;
  config: unknown;
  connections = 0;
  /** Messages with audio. */
  chunks = 0;
  /** What it does when audio comes: breaks the connection off, answers what is no JSON, or nothing. */
  misbehaves: 'break' | 'babble' | 'hang' | undefined;

  static async start(): Promise<FakeVosk> {
    const fake = new FakeVosk();
    await once(fake.#server, 'listening');
    fake.#server.on('connection', (socket) => {
      fake.connections += 1;
      socket.on('message', (data: Buffer, binary) => {
        if (binary) fake.chunks += 1;
        if (binary && fake.misbehaves === 'break') return socket.terminate();
        if (binary && fake.misbehaves === 'babble') return socket.send('{"partial":');
        if (fake.misbehaves === 'hang') return undefined;
        if (binary) {
          fake.samples += data.length / 2;
          return socket.send('{"partial":"bonjour"}');
        }
        const message = JSON.parse(data.toString()) as { config?: unknown; eof?: number };
        fake.config ??= message.config;
        if (message.eof !== 1) return undefined;
        socket.send(JSON.stringify({ text: 'bonjour marie', result: [{ word: 'bonjour', start: 0.1, end: 0.5, conf: 1 }, { word: 'marie', start: 0.6, end: 0.9, conf: 0.5 }] }));
        return socket.close(1000);
      });
    });
    return fake;
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
