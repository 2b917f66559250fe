import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { LibVosk, VoskRecognizer } from '../../inference/stt/libvosk.ts';

/** A Vosk server as github.com/alphacep/vosk-server is one (websocket/asr_server.py), around the real libvosk. */
export class VoskServer {
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  /** Breaks each connection off, as a server that is stopped does, when so many samples of it have come. */
  diesAfter = Number.POSITIVE_INFINITY;

  static async start(vosk: LibVosk): Promise<VoskServer> {
    const server = new VoskServer();
    server.#server.on('connection', (socket) => server.#serve(socket, vosk));
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The recogniser is made when the first audio comes, with what was configured by then. */
  #serve(socket: WebSocket, vosk: LibVosk): void {
    let config = { sample_rate: 16_000, words: true };
    let recognizer: VoskRecognizer | undefined;
    let heard = 0;
    socket.on('message', (data: Buffer, binary) => {
      if (!binary) {
        const message = JSON.parse(data.toString()) as { config?: Partial<typeof config>; eof?: number };
        config = { ...config, ...message.config };
        if (message.eof !== 1) return;
        socket.send((recognizer ??= vosk.recognizer(config.sample_rate, config.words)).finish());
        socket.close(1000);
        return;
      }
      heard += data.length / 2;
      if (heard > this.diesAfter) return socket.terminate();
      recognizer ??= vosk.recognizer(config.sample_rate, config.words);
      socket.send(recognizer.accept(new Int16Array(new Uint8Array(data).buffer)));
    });
    socket.on('close', () => recognizer?.free());
  }
}
