import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainWords, wordErrorRate } from '../../../core/word-error-rate.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { joined, wavFile } from '../../../protocol/pcm.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { startInference, type TestInference } from '../../support/inference.ts';
import { resample } from '../../support/speech-fr.ts';
import { quiet } from '../../support/spoken-french.ts';
import { askAsVosk } from '../../support/vosk-client.ts';

// Clients of others, with the real engines.

const SENTENCE = 'Ceci est un test de validation du nouveau gestionnaire robuste.';
const KEYWORDS = ['validation', 'nouveau', 'gestionnaire', 'robuste'];
const keywordsIn = (text: string): number => KEYWORDS.filter((word) => plainWords(text).includes(word)).length;

let server: TestInference;
let client: InferenceClient;
let openai: OpenAI;
/** The sentence in the coach's voice, 24 kHz. */
let spoken: Int16Array;

beforeAll(async () => {
  server = await startInference();
  client = new InferenceClient(server.url);
  openai = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
  spoken = joined(await Array.fromAsync((await client.speech({ text: SENTENCE })).audio));
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the stock openai client', () => {
  test('hears', async () => {
    const file = await toFile(wavFile({ pcm: spoken, sampleRate: 24_000 }), 'speech.wav');
    expect(keywordsIn((await openai.audio.transcriptions.create({ file, model: 'whisper-1' })).text)).toBeGreaterThanOrEqual(3);
    const verbose = await openai.audio.transcriptions.create({ file, model: 'whisper-1', language: 'fr', response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] });
    expect(verbose.language).toBe('french');
    expect(verbose.words?.map(({ word }) => word).join(' ')).toBe(verbose.text);
    expect(verbose.segments?.length).toBeGreaterThan(0);
    expect(await openai.audio.transcriptions.create({ file, model: 'whisper-1', response_format: 'text' })).toBe(`${verbose.text}\n`);
    expect(await openai.audio.transcriptions.create({ file, model: 'whisper-1', response_format: 'srt' })).toMatch(/^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\n/);
    expect(await openai.audio.transcriptions.create({ file, model: 'whisper-1', response_format: 'vtt' })).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> /);
  });

  test.each(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const)('speaks %s', async (format) => {
    const reply = await openai.audio.speech.create({ model: 'tts-1', voice: 'nova', input: SENTENCE, response_format: format, speed: 1 });
    const audio = Buffer.from(await reply.arrayBuffer());
    const heard = await client.transcribe(format === 'pcm' ? { pcm: new Int16Array(new Uint8Array(audio).buffer), sampleRate: 24_000 } : new Uint8Array(audio));
    expect(keywordsIn(heard.text)).toBeGreaterThanOrEqual(3);
  });

  test('speaks MP3 when nothing is said of a format', async () => {
    const reply = await openai.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Bonjour.' });
    expect(reply.headers.get('content-type')).toBe('audio/mpeg');
  });

  test('lists models', async () => {
    const ids = (await openai.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['whisper-1', 'tts-1', 'kokoro', 'pico']));
    expect((await openai.models.retrieve('kokoro')).id).toBe('kokoro');
  });
});

test.each([8_000, 16_000, 44_100])('the exchange of a stock Vosk client at %i Hz', async (sampleRate) => {
  const { pcm } = resample({ pcm: joined([spoken, quiet(1_500, 24_000), spoken]), sampleRate: 24_000 }, sampleRate);
  const audio = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const answers = (await askAsVosk(`${server.url.replace('http', 'ws')}/stream`, audio, { config: `{ "config" : { "sample_rate" : ${sampleRate} } }`, chunkBytes: 2 * Math.round(sampleRate * 0.2) })) as SttServerMessage[];
  expect(answers.every((answer) => 'partial' in answer || 'text' in answer)).toBe(true);
  const results = answers.filter((answer) => 'text' in answer);
  expect(answers.at(-1)).toBe(results.at(-1));
  expect(wordErrorRate(`${SENTENCE} ${SENTENCE}`, results.map(({ text }) => text).join(' '))).toBeLessThan(0.35);
  expect(results.flatMap(({ result }) => result ?? []).length).toBe(results.flatMap(({ text }) => text.split(' ').filter(Boolean)).length);
});
