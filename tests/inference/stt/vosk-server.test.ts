import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import type { SttEngine } from '../../../inference/stt/engine.ts';
import { recogniserOf, type Recogniser } from '../../../inference/stt/recogniser.ts';
import { VoskServerEngine } from '../../../inference/stt/vosk-server.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { FakeVosk } from '../../support/fake-vosk.ts';

let server: FakeVosk;
beforeEach(async () => {
  server = await FakeVosk.start();
});
afterEach(() => server.stop());

const around = (...engines: SttEngine[]): Recogniser => recogniserOf(engines, { language: 'fr', log: createLogger('test'), registry: new Registry() });
const STREAM = { sampleRate: 8_000, language: 'fr', words: true, preflight: false };

async function heard(messages: AsyncIterable<SttServerMessage>): Promise<SttServerMessage[]> {
  return Array.fromAsync(messages);
}

it('has a whole file recognised by the server', async () => {
  const transcription = await around(new VoskServerEngine(server.url)).transcribe(new Float32Array(16_000));
  expect(transcription).toMatchObject({ text: 'bonjour marie', engine: 'vosk-server', device: 'remote', confidence: 0.75, segments: [{ text: 'bonjour marie', start: 0.1, end: 0.9 }] });
  expect(transcription.words).toHaveLength(2);
  expect(server.samples).toBe(16_000);
});

it('passes a stream through at its own rate', async () => {
  const stream = around(new VoskServerEngine(server.url)).stream(STREAM);
  stream.push(new Int16Array(800));
  stream.end();
  const messages = await heard(stream);
  expect(messages.map((message) => Object.keys(message)[0])).toEqual(['partial', 'text']);
  expect(server.config).toEqual({ sample_rate: 8_000, words: true });
});

it('says with a code that the connection broke, and rests after three times', async () => {
  server.breaks = true;
  const recogniser = around(new VoskServerEngine(server.url));
  for (let round = 0; round < 3; round++) {
    const stream = recogniser.stream(STREAM);
    stream.push(new Int16Array(800));
    expect(await heard(stream)).toMatchObject([{ error: { code: 'ENGINE_UNAVAILABLE', retryable: true } }]);
  }
  expect(recogniser.health()).toEqual({ status: 'down', detail: 'no engine is ready' });
});

it('gives way to the next engine of the chain', async () => {
  const spare = await FakeVosk.start();
  server.breaks = true;
  const recogniser = around(new VoskServerEngine(server.url), new VoskServerEngine(spare.url));
  for (let round = 0; round < 3; round++) expect((await recogniser.transcribe(new Float32Array(1_600))).text).toBe('bonjour marie');
  expect(recogniser.health().status).toBe('degraded');
  const stream = recogniser.stream(STREAM);
  stream.end();
  expect(await heard(stream)).toMatchObject([{ text: 'bonjour marie' }]);
  await spare.stop();
});

it('ends at once when it is closed', async () => {
  const stream = around(new VoskServerEngine(server.url)).stream(STREAM);
  stream.push(new Int16Array(800));
  stream.close();
  expect(await heard(stream)).toEqual([]);
});
