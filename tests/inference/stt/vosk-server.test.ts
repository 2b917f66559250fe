import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { createLogger } from '../../../core/log.ts';
import type { SttEngine } from '../../../inference/stt/engine.ts';
import { recogniserOf, type Recogniser } from '../../../inference/stt/recogniser.ts';
import { VoskServerEngine } from '../../../inference/stt/vosk-server.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { FakeVosk } from '../../support/fake-vosk.ts';

// What a real server does not do when told; tests/inference/stt/vosk.test.ts has a real one.

let server: FakeVosk;
let clock: ManualClock;
beforeEach(async () => {
  server = await FakeVosk.start();
  clock = new ManualClock();
});
afterEach(() => server.stop());

const around = (...engines: SttEngine[]): Recogniser => recogniserOf(engines, { language: 'fr', log: createLogger('test'), registry: new Registry(), clock });
const STREAM = { sampleRate: 8_000, language: 'fr', words: true, preflight: false };

it('has a whole file recognised by the server', async () => {
  const transcription = await around(new VoskServerEngine(server.url)).transcribe(new Float32Array(16_000));
  expect(transcription).toMatchObject({ text: 'bonjour marie', engine: 'vosk-server', device: 'remote', confidence: 0.75, segments: [{ text: 'bonjour marie', start: 0.1, end: 0.9 }] });
  expect(transcription.words).toHaveLength(2);
  expect(server.samples).toBe(16_000);
});

it('leaves a server that hangs over a file', async () => {
  server.misbehaves = 'hang';
  const transcription = around(new VoskServerEngine(server.url, { clock })).transcribe(new Float32Array(1_600));
  await expect.poll(() => server.chunks).toBe(1);
  clock.advance(10_000);
  await expect(transcription).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('no sign of life') as string });
});

it('passes a stream through at its own rate', async () => {
  const stream = around(new VoskServerEngine(server.url)).stream(STREAM);
  stream.push(new Int16Array(800));
  stream.end();
  const messages = await Array.fromAsync(stream);
  expect(messages.map((message) => Object.keys(message)[0])).toEqual(['partial', 'text']);
  expect(server.config).toEqual({ sample_rate: 8_000, words: true });
});

it('where the connection breaks again and again, says so once, and rests after three times', async () => {
  server.misbehaves = 'break';
  const recogniser = around(new VoskServerEngine(server.url));
  const stream = recogniser.stream(STREAM);
  const told: SttServerMessage[] = [];
  const over = (async () => {
    for await (const message of stream) told.push(message);
  })();
  stream.push(new Int16Array(800));
  await expect.poll(() => {
    clock.advance(100); // towards the next try; a try itself takes real time
    return told;
  }, { interval: 10 }).toMatchObject([{ error: { code: 'ENGINE_UNAVAILABLE', retryable: true } }]);
  expect(server.connections).toBe(3);
  expect(recogniser.health()).toEqual({ status: 'down', detail: 'no engine is ready' });
  stream.close();
  await over;
});

it('gives way to the next engine of the chain', async () => {
  const spare = await FakeVosk.start();
  server.misbehaves = 'break';
  const recogniser = around(new VoskServerEngine(server.url), new VoskServerEngine(spare.url));
  for (let round = 0; round < 3; round++) expect((await recogniser.transcribe(new Float32Array(1_600))).text).toBe('bonjour marie');
  expect(recogniser.health().status).toBe('degraded');
  const stream = recogniser.stream(STREAM);
  stream.end();
  expect(await Array.fromAsync(stream)).toMatchObject([{ text: 'bonjour marie' }]);
  await spare.stop();
});

it.each(['break', 'babble', 'hang'] as const)('in the middle of a stream too: %s', async (how) => {
  const spare = await FakeVosk.start();
  server.misbehaves = how;
  const stream = around(new VoskServerEngine(server.url), new VoskServerEngine(spare.url)).stream(STREAM);
  const told = Array.fromAsync(stream);
  stream.push(new Int16Array(4_000));
  if (how === 'hang') {
    await expect.poll(() => server.chunks).toBe(2);
    clock.advance(10_000);
  }
  await expect.poll(() => spare.samples).toBe(4_000);
  stream.push(new Int16Array(800));
  stream.end();
  expect((await told).filter((message) => 'text' in message)).toMatchObject([{ text: 'bonjour marie' }]);
  expect(spare.samples).toBe(4_800);
  await spare.stop();
});

it('ends at once when it is closed', async () => {
  const stream = around(new VoskServerEngine(server.url)).stream(STREAM);
  stream.push(new Int16Array(800));
  stream.close();
  expect(await Array.fromAsync(stream)).toEqual([]);
});
