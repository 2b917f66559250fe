import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { OpenAiSttEngine } from '../../../inference/stt/openai-compatible.ts';
import { toFloat } from '../../../inference/stt/pcm.ts';
import { recogniserOf, type Recogniser } from '../../../inference/stt/recogniser.ts';
import { VoiceDetector } from '../../../inference/stt/voice-detector.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { joined } from '../../../protocol/pcm.ts';
import { startInferenceAround, type TestInference } from '../../support/inference.ts';
import { quiet, SpokenFrench } from '../../support/spoken-french.ts';
import { plainWords } from '../../../core/word-error-rate.ts';

const log = createLogger('test');
const detector = new VoiceDetector({ log });
const whisper = new WhisperEngine({ threads: 2, log, gate: new ComputeGate(1), detector });
const voice = new SpokenFrench();
const around = (engine: OpenAiSttEngine): Recogniser => recogniserOf([engine], { language: 'fr', log, registry: new Registry() });
const engineAt = (url: string, { apiKey = 'sk-test', deadline = 60_000 }: { apiKey?: string | undefined; deadline?: number } = {}): OpenAiSttEngine => new OpenAiSttEngine({ baseUrl: `${url}/v1`, apiKey, model: 'whisper-1', deadline, detector });

let speech: Int16Array;
beforeAll(async () => {
  await whisper.ready();
  speech = await voice.say('Ceci est un test de validation du nouveau gestionnaire robuste.');
});
afterAll(() => Promise.all([whisper.close(), voice.close()]));

describe('with a server of our own in place of OpenAI’s', () => {
  let server: TestInference;
  beforeAll(async () => {
    server = await startInferenceAround({ recogniser: recogniserOf([whisper], { language: 'fr', log, registry: new Registry() }) });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('hears a whole file, with words as they are written', async () => {
    const transcription = await around(engineAt(server.url)).transcribe(toFloat(joined([quiet(500), speech, quiet(500)])));
    expect(plainWords(transcription.text)).toEqual(expect.arrayContaining(['validation', 'gestionnaire', 'robuste']));
    expect(transcription).toMatchObject({ engine: 'openai-compatible', model: 'whisper-1', device: 'remote' });
    expect(transcription.words.map(({ word }) => word).join(' ')).toBe(transcription.text);
    expect(transcription.words[0]?.start).toBeCloseTo(0.5, 0.5);
    expect(transcription.segments).toHaveLength(1);
  });

  it('leaves the language to the server where any may be spoken, and takes its word for it', async () => {
    const heard = await around(engineAt(server.url)).transcribe(toFloat(speech), { language: 'auto' });
    expect(heard.language).toBe('fr');
    expect(heard).not.toHaveProperty('languageProbability');
  });

  it('hears a stream, each utterance as it ends', async () => {
    const stream = around(engineAt(server.url)).stream({ sampleRate: 16_000, language: 'fr', words: true, preflight: false });
    stream.push(joined([quiet(300), speech, quiet(800), speech, quiet(300)]));
    stream.end();
    const results = (await Array.fromAsync(stream)).filter((message) => 'text' in message);
    expect(results).toHaveLength(2);
    for (const { text } of results) expect(plainWords(text)).toContain('validation');
    expect(results[1]?.result?.[0]?.start).toBeGreaterThan(speech.length / 16_000);
  });
});

describe('what a server does', () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void;

  async function transcribe(answer: Answer, audio: Int16Array, options: Parameters<typeof engineAt>[1] = {}): Promise<{ text: string; words: unknown[]; confidence: number }> {
    const server = createServer((request, response) => {
      request.resume().once('end', () => answer(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await around(engineAt(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, options)).transcribe(toFloat(audio));
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
  const json = (body: unknown): Answer => (_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

  it('is sent what is speech, with the key; nothing of a silence', async () => {
    const keys: (string | undefined)[] = [];
    const answer: Answer = (request, response) => {
      keys.push(request.headers.authorization);
      json({ text: 'Oui.' })(request, response);
    };
    expect(await transcribe(answer, quiet(3_000))).toMatchObject({ text: '' });
    expect(keys).toEqual([]);
    expect(await transcribe(answer, speech)).toMatchObject({ text: 'Oui.', words: [], confidence: 0.8 });
    expect(keys).toEqual(['Bearer sk-test']);
  });

  it.each<[string, object, string]>([
    ['silence by its own figures', { text: 'Oui.', segments: [{ avg_logprob: -1.5, no_speech_prob: 0.9 }] }, ''],
    ['what subtitles end with', { text: 'Sous-titres réalisés par la communauté d’Amara.org' }, ''],
    ['speech', { text: ' Oui. ', segments: [{ avg_logprob: -0.1, no_speech_prob: 0.01 }] }, 'Oui.'],
  ])('is judged: %s', async (_what, body, text) => {
    expect((await transcribe(json(body), speech)).text).toBe(text);
  });

  it('gives times outside of the audio: they are moved into it', async () => {
    const { words } = await transcribe(json({ text: 'Oui', words: [{ word: 'Oui', start: -3, end: 99 }] }), speech);
    expect(words).toEqual([{ word: 'Oui', start: expect.any(Number) as number, end: expect.any(Number) as number, conf: 0.8 }]);
  });

  it.each<[string, Answer, string, string]>([
    ['refuses', (_request, response) => response.writeHead(401).end('{"error":{"message":"sk-test is wrong"}}'), 'ENGINE_FAILED', 'status 401'],
    ['fails', (_request, response) => response.writeHead(500).end(), 'ENGINE_FAILED', 'status 500'],
    ['sends elsewhere', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'ENGINE_UNAVAILABLE', 'cannot be reached'],
    ['answers no JSON', (_request, response) => response.end('<html>'), 'ENGINE_FAILED', 'no transcript'],
    ['answers no transcript', json({ hello: 1 }), 'ENGINE_FAILED', 'no transcript'],
    ['hangs up', (request) => request.socket.destroy(), 'ENGINE_UNAVAILABLE', 'cannot be reached'],
  ])('%s', async (_what, answer, code, message) => {
    await expect(transcribe(answer, speech)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    await expect(transcribe(answer, speech)).rejects.toMatchObject({ message: expect.not.stringContaining('sk-test') as string });
  });

  it('says nothing within the deadline', async () => {
    await expect(transcribe(() => undefined, speech, { deadline: 50 })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('within 50 ms') as string });
  });
});
