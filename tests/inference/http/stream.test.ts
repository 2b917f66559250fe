import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CodedError } from '../../../core/errors.ts';
import type { RecognitionStream } from '../../../inference/stt/engine.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { ScriptedRecognition, startInferenceAround, type TestInference } from '../../support/inference.ts';

let server: TestInference;
let streams: ScriptedRecognition[];
const sockets: WebSocket[] = [];

async function start(says: (heard: number) => readonly SttServerMessage[] = () => []): Promise<void> {
  streams = [];
  server = await startInferenceAround({ recogniser: { stream: (options) => {
    const stream = new ScriptedRecognition(options, says);
    streams.push(stream);
    return stream;
  } } });
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server[Symbol.asyncDispose]();
});

/** A client that keeps what it hears. */
async function connect(): Promise<{ socket: WebSocket; inbox: SttServerMessage[]; closed: Promise<number>; hear: (count: number) => Promise<void> }> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/stream`);
  sockets.push(socket);
  const inbox: SttServerMessage[] = [];
  socket.on('message', (data: Buffer) => inbox.push(JSON.parse(data.toString()) as SttServerMessage));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, inbox, closed, hear: (count) => expect.poll(() => inbox.length, { interval: 5 }).toBe(count).then(() => undefined) };
}

test('the config reaches the recogniser; without one, the defaults', async () => {
  await start();
  const { socket: told, closed } = await connect();
  told.send(JSON.stringify({ config: { sample_rate: 8_000, language: 'en', words: false, preflight: true, endpoint_ms: 400, events: true, phrase_list: ['ignored'] } }));
  told.send('{"eof":1}');
  expect(await closed).toBe(1000);
  const { socket: untold, closed: over } = await connect();
  untold.send('{"eof" : 1}');
  expect(await over).toBe(1000);
  expect(streams.map(({ options }) => options)).toEqual([
    { sampleRate: 8_000, language: 'en', words: false, preflight: true, endpointMs: 400 },
    { sampleRate: 16_000, language: 'fr', words: true, preflight: false },
  ]);
});

test('samples arrive as they were sent, an odd byte at the end is none', async () => {
  await start();
  const { socket, hear } = await connect();
  socket.send(Buffer.from([1, 0, 255, 255, 7]));
  await hear(1);
  expect(streams[0]?.heard).toEqual([1, -1]);
});

describe('as a stock client, one answer a chunk', () => {
  test('a result waits for the next chunk; all that is left comes with the end, as one', async () => {
    const word = (text: string): { word: string; start: number; end: number; conf: number } => ({ word: text, start: 0, end: 1, conf: 1 });
    await start((heard) => {
      if (heard === 100) return [{ partial: 'bon' }, { text: 'bonjour', result: [word('bonjour')] }, { preflight: 'x', result: [] }];
      if (heard === 200) return [{ text: 'un', result: [word('un')] }, { text: 'deux', result: [word('deux')] }, { partial: 'tr' }];
      return heard === -1 ? [{ text: 'trois', result: [word('trois')] }] : [];
    });
    const { socket, inbox, hear, closed } = await connect();
    for (const count of [1, 2, 3]) {
      socket.send(new Int16Array(count === 3 ? 50 : 100));
      await hear(count);
    }
    socket.send('{"eof" : 1}');
    expect(await closed).toBe(1000);
    expect(inbox).toEqual([
      { partial: '' },
      { text: 'bonjour', result: [word('bonjour')] },
      { text: 'un', result: [word('un')] },
      { text: 'deux trois', result: [word('deux'), word('trois')] },
    ]);
  });

  test('an end without a word is an empty text', async () => {
    await start();
    const { socket, inbox, closed } = await connect();
    socket.send('{"eof" : 1}');
    await closed;
    expect(inbox).toEqual([{ text: '' }]);
  });
});

test('with events, all comes at once and nothing else', async () => {
  await start((heard) => (heard === 100 ? [{ partial: 'bon' }, { preflight: 'bonjour', result: [] }, { text: 'bonjour' }] : []));
  const { socket, inbox, closed } = await connect();
  socket.send('{"config":{"events":true,"preflight":true}}');
  socket.send(new Int16Array(50));
  socket.send(new Int16Array(50));
  socket.send('{"eof":1}');
  await closed;
  expect(inbox).toEqual([{ partial: 'bon' }, { preflight: 'bonjour', result: [] }, { text: 'bonjour' }]);
});

describe('what is no message of the protocol is refused', () => {
  test.each([
    'bonjour',
    '{}',
    '{"config":{"sample_rate":4000}}',
    '{"config":{"sample_rate":"8000"}}',
    '{"config":{"language":"french"}}',
    '{"eof":0}',
    'null',
  ])('%s', async (message) => {
    await start();
    const { socket, inbox, closed } = await connect();
    socket.send(message);
    expect(await closed).toBe(1008);
    expect(inbox).toMatchObject([{ error: { code: 'REQUEST_INVALID', retryable: false } }]);
    expect(streams.every((stream) => stream.closed)).toBe(true);
  });

  test('a message of a megabyte', async () => {
    await start();
    const { socket, inbox, closed } = await connect();
    socket.send(new Uint8Array(1024 * 1024));
    expect(await closed).toBe(1009);
    expect(inbox).toMatchObject([{ error: { code: 'BODY_TOO_LARGE', message: expect.stringContaining('512 KB') as string } }]);
  });

  test('a message of three megabytes, which is not read to its end', async () => {
    await start();
    const { socket, closed } = await connect();
    socket.send(new Uint8Array(3 * 1024 * 1024));
    expect(await closed).toBe(1009);
    expect(streams).toEqual([]);
  });

  test('a language that there is not: the field is named, and the audio behind it asks nobody', async () => {
    await start();
    const { socket, inbox, closed } = await connect();
    socket.send('{"config":{"language":"zz"}}');
    socket.send(new Int16Array(100));
    expect(await closed).toBe(1008);
    expect(inbox).toMatchObject([{ error: { code: 'REQUEST_INVALID', message: expect.stringContaining('config.language') as string } }]);
    expect(streams).toEqual([]);
  });
});

describe('a recogniser that fails', () => {
  const failing = (stream: Partial<RecognitionStream>): RecognitionStream => ({
    push: () => undefined,
    end: () => undefined,
    close: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield await Promise.reject<SttServerMessage>(new CodedError('ENGINE_UNAVAILABLE', { engine: 'whisper', reason: 'it ended' }));
    },
    ...stream,
  });

  test.each([
    ['at once', () => {
      throw new CodedError('ENGINE_UNAVAILABLE', { engine: 'whisper', reason: 'it ended' });
    }],
    ['while it listens', () => failing({})],
  ] as const)('%s: the client is told, and the connection ends', async (_when, stream) => {
    server = await startInferenceAround({ recogniser: { stream } });
    const { socket, inbox, closed } = await connect();
    socket.send('{"config":{"events":true}}');
    socket.send(new Int16Array(100));
    expect(await closed).toBe(1011);
    expect(inbox).toMatchObject([{ error: { code: 'ENGINE_UNAVAILABLE', retryable: true } }]);
  });

  test('for one utterance: the client is told, and it goes on', async () => {
    const { error } = new CodedError('ENGINE_FAILED', { engine: 'whisper', reason: 'of memory' }).toBody();
    await start((heard) => (heard === 100 ? [{ error }] : heard === 200 ? [{ text: 'oui' }] : []));
    const { socket, inbox, closed } = await connect();
    socket.send('{"config":{"events":true}}');
    socket.send(new Int16Array(100));
    socket.send(new Int16Array(100));
    socket.send('{"eof":1}');
    expect(await closed).toBe(1000);
    expect(inbox).toEqual([{ error }, { text: 'oui' }]);
  });
});

test('the streams that are open are counted', async () => {
  await start();
  const { socket, hear } = await connect();
  socket.send(new Int16Array(10));
  await hear(1);
  expect(await server.registry.getSingleMetricAsString('stt_streams')).toMatch(/stt_streams 1$/m);
  socket.close();
  await expect.poll(async () => server.registry.getSingleMetricAsString('stt_streams')).toMatch(/stt_streams 0$/m);
});
