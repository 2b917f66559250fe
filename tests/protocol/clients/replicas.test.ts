import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { ManualClock } from '../../../core/clock.ts';
import { CodedError } from '../../../core/errors.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { Replicas } from '../../../protocol/clients/replicas.ts';

const HEALTHY = { service: 'inference', status: 'ok', version: '1', parts: {} };
const NOBODY = 'http://127.0.0.1:1';
const running: Server[] = [];
const sockets: WebSocketServer[] = [];

afterEach(() => {
  for (const { clients } of sockets.splice(0)) for (const socket of clients) socket.terminate();
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const answers = (status: number, body: unknown, asked: string[] = [], name = ''): RequestListener => (request, response) => {
  asked.push(name);
  request.resume();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('several servers', () => {
  it('are asked in order, who did not answer last, for longer each time', () => {
    const clock = new ManualClock();
    const replicas = new Replicas(['http://a', 'http://b', 'http://c'], clock);
    const order = (): string => replicas.order().map(({ host }) => host).join('');
    const [a] = replicas.order();
    if (a === undefined) expect.unreachable();
    expect(order()).toBe('abc');
    replicas.failed(a);
    expect(order()).toBe('bca');
    clock.advance(5_000);
    expect(order()).toBe('abc');
    replicas.failed(a);
    clock.advance(5_000);
    expect(order()).toBe('bca');
    clock.advance(5_000);
    expect(order()).toBe('abc');
    replicas.failed(a);
    replicas.answered(a);
    expect(order()).toBe('abc');
  });

  it('stand in for one that is gone, and for one that has too much to do', async () => {
    const asked: string[] = [];
    const full = await serve(answers(503, new CodedError('OVERLOADED', { what: 'Speech', seconds: 1 }).toBody(), asked, 'full'));
    const free = await serve(answers(200, HEALTHY, asked, 'free'));
    const client = new InferenceClient([NOBODY, full.url, free.url]);
    await client.transcribe(Buffer.alloc(4)).catch(() => undefined);
    expect(asked).toEqual(['full', 'free']);
    expect(client.url.href).toBe(`${full.url}/`); // alive, though it was busy
    await client.transcribe(Buffer.alloc(4)).catch(() => undefined);
    expect(asked).toEqual(['full', 'free', 'full', 'free']);
  });

  it('do not stand in where the request is at fault', async () => {
    const asked: string[] = [];
    const [one, two] = [await serve(answers(400, new CodedError('SPEECH_EMPTY').toBody(), asked, 'one')), await serve(answers(200, {}, asked, 'two'))];
    await expect(new InferenceClient([one.url, two.url]).speech({ text: '!' })).rejects.toMatchObject({ code: 'SPEECH_EMPTY' });
    expect(asked).toEqual(['one']);
  });

  it('all gone: the error says so', async () => {
    await expect(new InferenceClient([NOBODY, NOBODY]).health()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
  });
});

describe('a stream of recognition', () => {
  const listen = async (): Promise<{ url: string; server: Server; sockets: WebSocketServer }> => {
    const { url, server } = await serve(() => undefined);
    const accepting = new WebSocketServer({ server });
    sockets.push(accepting);
    return { url, server, sockets: accepting };
  };

  it('goes to the next server once one has broken off', async () => {
    const [first, second] = [await listen(), await listen()];
    const client = new InferenceClient([first.url, second.url]);
    const stream = client.streamRecognition({ sampleRate: 16_000 });
    await stream.opened;
    for (const socket of first.sockets.clients) socket.terminate();
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const arrived = new Promise((resolve) => second.sockets.once('connection', resolve));
    const next = client.streamRecognition({ sampleRate: 16_000 });
    await Promise.all([next.opened, arrived]);
    next.close();
  });

  it('breaks off by itself when the server shows no sign of life', async () => {
    const hanging = await listen();
    hanging.sockets.on('connection', (socket) => socket.pause());
    const client = new InferenceClient([hanging.url, NOBODY]);
    await expect(Array.fromAsync(client.streamRecognition({ sampleRate: 16_000 }))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(client.url.href).toBe(`${NOBODY}/`);
  }, 15_000);
});
