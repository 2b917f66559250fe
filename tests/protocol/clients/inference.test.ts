import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { CodedError } from '../../../core/errors.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { SPEECH_HEADERS } from '../../../protocol/speech.ts';

// What the real service does is in tests/inference; here is what only a bad day brings.

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<InferenceClient> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new InferenceClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function serveStream(onMessage: (message: string, reply: (text: string) => void, close: (code?: number) => void) => void): Promise<InferenceClient> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('message', (data: Buffer, binary) => onMessage(binary ? `audio ${data.length}` : data.toString(), (text) => socket.send(text), (code) => (code === undefined ? socket.terminate() : socket.close(code)))));
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return new InferenceClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('errors', () => {
  test('of the service come back as they were', async () => {
    const refused = new CodedError('SPEECH_TOO_LONG', { limit: 1_000 });
    const client = await serve((_request, response) => response.writeHead(400).end(JSON.stringify(refused.toBody())));
    await expect(client.speech({ text: 'a' })).rejects.toMatchObject({ code: 'SPEECH_TOO_LONG', message: refused.message, fix: refused.fix, retryable: false });
  });

  test('with a code of a newer version are internal ones, with their words', async () => {
    const client = await serve((_request, response) => response.writeHead(500).end('{"error":{"code":"NEW","message":"Something new.","fix":"Update.","retryable":true}}'));
    await expect(client.transcribe(new Uint8Array(1))).rejects.toMatchObject({ code: 'INTERNAL', message: 'Something new.', fix: 'Update.' });
  });

  test.each(['<html>', '{"error":"no"}', ''])('that are no answer of ours: %s', async (body) => {
    const client = await serve((_request, response) => response.writeHead(502).end(body));
    await expect(client.transcribe(new Uint8Array(1))).rejects.toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('502') as string });
  });

  test('answers that are not what was agreed', async () => {
    const client = await serve((_request, response) => response.end('{"text":1}'));
    await expect(client.transcribe(new Uint8Array(1))).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    await expect(client.health()).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });

  test('nobody there', async () => {
    const client = new InferenceClient('http://127.0.0.1:1');
    await expect(client.speech({ text: 'a' })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
    await expect(client.health()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const stream = client.streamRecognition({ sampleRate: 16_000 });
    await expect(stream.opened).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  test('the caller’s own leaving is no error of the service', async () => {
    const client = await serve(() => undefined);
    await expect(client.speech({ text: 'a' }, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('speech', () => {
  test('samples are put together again, wherever the network cut them', async () => {
    const client = await serve((_request, response) => {
      response.writeHead(200, { [SPEECH_HEADERS.level]: 'pico', [SPEECH_HEADERS.cache]: 'hit', [SPEECH_HEADERS.firstAudioMs]: '12.5', [SPEECH_HEADERS.sampleRate]: '24000' });
      const bytes = Buffer.from(Int16Array.from([1, -2, 3, -4]).buffer);
      response.write(bytes.subarray(0, 3));
      setImmediate(() => {
        response.write(bytes.subarray(3, 4));
        setImmediate(() => response.end(bytes.subarray(4)));
      });
    });
    const { level, cache, firstAudioMs, sampleRate, audio } = await client.speech({ text: 'a' });
    expect({ level, cache, firstAudioMs, sampleRate }).toEqual({ level: 'pico', cache: 'hit', firstAudioMs: 12.5, sampleRate: 24_000 });
    expect((await Array.fromAsync(audio)).flatMap((samples) => [...samples])).toEqual([1, -2, 3, -4]);
  });

  test('that breaks off throws after what was heard', async () => {
    const client = await serve((request, response) => {
      response.write(Buffer.alloc(100));
      setImmediate(() => request.socket.destroy());
    });
    const { audio } = await client.speech({ text: 'a' });
    await expect(Array.fromAsync(audio)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

describe('a recognition stream', () => {
  test('sends config, audio and end in order, however early they came; its loop ends with the server’s', async () => {
    const got: string[] = [];
    const client = await serveStream((message, reply, close) => {
      got.push(message);
      if (!message.includes('eof')) return;
      reply('{"text":"oui"}');
      close(1000);
    });
    const stream = client.streamRecognition({ sampleRate: 8_000, language: 'fr', words: true, preflight: true, endpointMs: 300 });
    stream.push(new Int16Array(80));
    stream.end();
    stream.end();
    expect(await Array.fromAsync(stream)).toEqual([{ text: 'oui' }]);
    expect(got.map((message) => (message.startsWith('{') ? (JSON.parse(message) as unknown) : message))).toEqual([
      { config: { sample_rate: 8_000, events: true, language: 'fr', words: true, preflight: true, endpoint_ms: 300 } },
      'audio 160',
      { eof: 1 },
    ]);
  });

  test.each([
    ['breaks off', (close: (code?: number) => void) => close(), 'ENGINE_UNAVAILABLE'],
    ['ends before its time', (close: (code?: number) => void) => close(1000), 'ENGINE_UNAVAILABLE'],
  ])('that %s throws after what was said', async (_what, end, code) => {
    const client = await serveStream((message, reply, close) => {
      if (!message.startsWith('audio')) return;
      reply('{"partial":"ou"}');
      setImmediate(() => end(close));
    });
    const stream = client.streamRecognition({ sampleRate: 16_000 });
    stream.push(new Int16Array(10));
    const heard: unknown[] = [];
    await expect((async () => {
      for await (const message of stream) heard.push(message);
    })()).rejects.toMatchObject({ code });
    expect(heard).toEqual([{ partial: 'ou' }]);
  });

  test('that talks nonsense throws', async () => {
    const client = await serveStream((_message, reply) => reply('{"what":1}'));
    await expect(Array.fromAsync(client.streamRecognition({ sampleRate: 16_000 }))).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });

  test('that is closed ends its loop at once, connected or not', async () => {
    const client = await serveStream(() => undefined);
    const connecting = client.streamRecognition({ sampleRate: 16_000 });
    connecting.close();
    expect(await Array.fromAsync(connecting)).toEqual([]);
    const connected = client.streamRecognition({ sampleRate: 16_000 });
    await connected.opened;
    const loop = Array.fromAsync(connected);
    connected.close();
    connected.push(new Int16Array(10));
    expect(await loop).toEqual([]);
  });
});
