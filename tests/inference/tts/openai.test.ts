import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CodedError, type CodedError as Coded } from '../../../core/errors.ts';
import type { UtteranceRequest } from '../../../inference/tts/engine.ts';
import { OpenAiSpeech, type OpenAiSpeechOptions } from '../../../inference/tts/openai.ts';
import { FakeSpeechApi, type SpeechApiBehaviour } from '../../support/fake-speech-api.ts';
import { utter } from '../../support/speech-engines.ts';
import { residueDb, sine, toPcm } from '../../support/tones.ts';

const KEY = 'sk-secret-of-the-operator';
const TONE = toPcm(sine(440, 24_000, 1));
const REQUEST: UtteranceRequest = { text: 'Bonjour, Léa.', voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 };

async function served(behaviour?: SpeechApiBehaviour): Promise<FakeSpeechApi> {
  const api = await FakeSpeechApi.start();
  onTestFinished(() => api[Symbol.asyncDispose]());
  if (behaviour !== undefined) api.behaviour = behaviour;
  return api;
}

const engineAt = (url: string, options: Partial<OpenAiSpeechOptions> = {}): OpenAiSpeech => new OpenAiSpeech({ url, model: 'tts-1', gain: 1, voices: {}, apiKey: KEY, ...options });

async function failure(engine: OpenAiSpeech): Promise<Coded> {
  const error: unknown = await utter(engine, REQUEST.text).then(() => undefined, (reason: unknown) => reason);
  if (error instanceof CodedError) return error;
  throw new Error(`no coded error: ${inspect(error)}`);
}

describe('what it asks for', () => {
  it('is PCM of the text in a voice of that sex, with the key', async () => {
    const api = await served();
    await utter(engineAt(api.url), REQUEST.text);
    expect(api.requests).toMatchObject([{ path: '/v1/audio/speech', authorization: `Bearer ${KEY}` }]);
    expect(api.requests[0]?.body).toEqual({ model: 'tts-1', voice: 'nova', input: REQUEST.text, response_format: 'pcm' });
  });

  it('names the voice as the operator does, the pace where it is not usual, and no key where there is none', async () => {
    const api = await served();
    const engine = engineAt(`${api.url}/`, { voices: { em_alex: 'thomas' }, apiKey: undefined });
    await utter(engine, REQUEST.text, { voice: 'em_alex', speed: 1.2 });
    await utter(engine, REQUEST.text, { voice: 'am_michael', language: 'en' });
    expect(api.requests.map(({ path, authorization, body }) => [path, authorization, body['voice'], body['speed']])).toEqual([
      ['/v1/audio/speech', undefined, 'thomas', 1.2],
      ['/v1/audio/speech', undefined, 'onyx', undefined],
    ]);
  });
});

describe('what it hears', () => {
  it.each([7, 4_800])('is passed on sample by sample when it comes in pieces of %i bytes', async (pieceBytes) => {
    const api = await served({ kind: 'pcm', pcm: TONE, pieceBytes });
    const { pcm } = await utter(engineAt(api.url), REQUEST.text);
    expect(pcm).toEqual(TONE);
  });

  it('may be louder or quieter by the setting', async () => {
    const api = await served({ kind: 'pcm', pcm: TONE });
    const { pcm } = await utter(engineAt(api.url, { gain: 0.5 }), REQUEST.text);
    expect(pcm).toHaveLength(TONE.length);
    expect(Math.max(...pcm) / Math.max(...TONE)).toBeCloseTo(0.5, 2);
  });

  it.each([false, true])('may be a WAV of another rate, as some compatible servers send (streamed: %s)', async (streamed) => {
    const api = await served({ kind: 'wav', pcm: toPcm(sine(440, 22_050, 1)), rate: 22_050, streamed });
    const { pcm } = await utter(engineAt(api.url), REQUEST.text);
    expect(Math.abs(pcm.length - 24_000)).toBeLessThan(2);
    expect(residueDb(Float32Array.from(pcm.subarray(2_400, 21_600)), 440, 24_000)).toBeLessThan(-60);
  });

  it('begins before it has ended', async () => {
    const api = await served({ kind: 'stall', pcm: TONE, bytes: 9_600 });
    const stop = new AbortController();
    const audio = engineAt(api.url).synthesize(REQUEST, stop.signal);
    expect((await audio.next()).value).toHaveLength(4_800);
    stop.abort();
    await expect(audio.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a provider that fails is a coded error that tells nothing of what it said', () => {
  const GARBAGE = Buffer.from('<html><body>Bad gateway: Bearer '.concat(KEY));
  it.each<[string, string, SpeechApiBehaviour]>([
    ['401', 'ENGINE_UNAVAILABLE', { kind: 'status', status: 401 }],
    ['404', 'ENGINE_UNAVAILABLE', { kind: 'status', status: 404 }],
    ['429', 'ENGINE_UNAVAILABLE', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
    ['500', 'ENGINE_UNAVAILABLE', { kind: 'status', status: 500 }],
    ['204', 'ENGINE_FAILED', { kind: 'status', status: 204 }],
    ['a page', 'ENGINE_FAILED', { kind: 'bytes', bytes: GARBAGE, type: 'text/html; charset=utf-8' }],
    ['a page that says it is audio', 'ENGINE_FAILED', { kind: 'bytes', bytes: GARBAGE, type: 'audio/pcm' }],
    ['JSON without a type', 'ENGINE_FAILED', { kind: 'bytes', bytes: Buffer.from(`{"error":"${KEY}"}`) }],
    ['MP3', 'ENGINE_FAILED', { kind: 'bytes', bytes: Buffer.alloc(9_600, 1), type: 'audio/mpeg' }],
    ['MP3 that says it is PCM', 'ENGINE_FAILED', { kind: 'bytes', bytes: Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(9_600, 1)]), type: 'audio/pcm' }],
    ['a stereo WAV', 'ENGINE_FAILED', { kind: 'wav', pcm: TONE, rate: 24_000, channels: 2 }],
    ['nothing', 'ENGINE_FAILED', { kind: 'bytes', bytes: Buffer.alloc(0), type: 'audio/pcm' }],
    ['half a sample at the end', 'ENGINE_FAILED', { kind: 'bytes', bytes: Buffer.alloc(9_601), type: 'audio/pcm' }],
    ['a reset before any answer', 'ENGINE_UNAVAILABLE', { kind: 'cut', pcm: TONE, bytes: 0 }],
    ['a reset on the way', 'ENGINE_FAILED', { kind: 'cut', pcm: TONE, bytes: 9_600 }],
  ])('%s', async (_, code, behaviour) => {
    const api = await served(behaviour);
    const error = await failure(engineAt(api.url));
    expect(error).toMatchObject({ code, details: { engine: 'openai' } });
    const told = inspect(error, { depth: 9, showHidden: true });
    expect(told).not.toContain(KEY);
    expect(told).not.toContain('Bonjour');
    expect(api.requests).toHaveLength(1);
  });

  it('nobody there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failure(engineAt(`http://127.0.0.1:${String(port)}/v1`))).toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { reason: 'ECONNREFUSED' } });
  });

  it('a key that no header can hold', async () => {
    const api = await served();
    const error = await failure(engineAt(api.url, { apiKey: `${KEY}\nmore` }));
    expect(inspect(error, { depth: 9 })).not.toContain(KEY);
    expect(api.requests).toHaveLength(0);
  });
});

it.each([301, 302, 307, 308])('does not follow a redirection (%i) with the key', async (status) => {
  const elsewhere = await served();
  const api = await served({ kind: 'status', status, headers: { location: `${elsewhere.url}/audio/speech` } });
  expect(await failure(engineAt(api.url))).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(elsewhere.requests).toEqual([]);
});

describe('lets go of the connection', () => {
  it.each<[string, number]>([['before any answer', 0], ['on the way', 9_600]])('when it is told to, %s', async (_, bytes) => {
    const api = await served({ kind: 'stall', pcm: TONE, bytes });
    const stop = new AbortController();
    const late = new CodedError('ENGINE_FAILED', { engine: 'openai', reason: 'no sound for 10 ms' });
    const audio = Array.fromAsync(engineAt(api.url).synthesize(REQUEST, stop.signal));
    audio.catch(() => undefined);
    await expect.poll(() => api.requests.length).toBe(1);
    stop.abort(late);
    await expect(audio).rejects.toBe(late);
    expect(await api.requests[0]?.closedEarly).toBe(true);
  });

  it('when its listener leaves', async () => {
    const api = await served({ kind: 'stall', pcm: TONE, bytes: 9_600 });
    for await (const chunk of engineAt(api.url).synthesize(REQUEST)) if (chunk.length > 0) break;
    expect(await api.requests[0]?.closedEarly).toBe(true);
  });

  it('and asks nothing when its listener has left before', async () => {
    const api = await served();
    await expect(Array.fromAsync(engineAt(api.url).synthesize(REQUEST, AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' });
    expect(api.requests).toEqual([]);
  });
});
