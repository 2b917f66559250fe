import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { wordErrorRate } from '../../../core/word-error-rate.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { toFloat } from '../../../inference/stt/pcm.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { joined } from '../../../protocol/pcm.ts';
import { startInferenceAround, type TestInference } from '../../support/inference.ts';
import { resample } from '../../support/speech-fr.ts';
import { utter } from '../../support/speech-engines.ts';
import { quiet } from '../../support/spoken-french.ts';

const log = createLogger('test');
const engine = new WhisperEngine({ threads: 2, log, gate: new ComputeGate(1) });
const recogniser = recogniserOf([engine], { language: 'fr', log, registry: new Registry() });
const pico = new Pico({ log });
let server: TestInference;

const SAID = {
  fr: 'Je voudrais préparer un entretien important avec une équipe.',
  en: 'I would like to prepare for an important meeting with my team.',
} as const;
const speech = new Map<string, Int16Array>();

beforeAll(async () => {
  [server] = await Promise.all([startInferenceAround({ recogniser }), recogniser.ready(), pico.ready()]);
  for (const [language, text] of Object.entries(SAID)) {
    const { pcm } = await utter(pico, text, { language, voice: language === 'fr' ? 'ff_siwis' : 'af_heart' });
    speech.set(language, joined([quiet(300), resample({ pcm, sampleRate: 24_000 }, 16_000).pcm, quiet(800)]));
  }
});
afterAll(() => Promise.all([server[Symbol.asyncDispose](), recogniser.close(), pico.close()]));

const said = (...languages: (keyof typeof SAID)[]): Int16Array => joined(languages.map((language) => speech.get(language) ?? quiet(0)));

describe.each(['fr', 'en'] as const)('speech in “%s”, in any language', (language) => {
  it('is heard as a file, and the language told', async () => {
    const heard = await recogniser.transcribe(toFloat(said(language)), { language: 'auto' });
    expect(heard.language).toBe(language);
    expect(heard.languageProbability).toBeGreaterThan(0.5);
    expect(wordErrorRate(SAID[language], heard.text)).toBeLessThan(0.3);
  });

  it('is heard in a stream, and the language told with the result', async () => {
    const stream = recogniser.stream({ sampleRate: 16_000, language: 'auto', words: false, preflight: false });
    stream.push(said(language, language));
    stream.end();
    const results = (await Array.fromAsync(stream)).filter((message) => 'text' in message);
    expect(results.map((result) => result.language)).toEqual([language, language]);
    for (const { text } of results) expect(wordErrorRate(SAID[language], text)).toBeLessThan(0.3);
  });
});

it('the language of the first utterance is that of the file', async () => {
  const { language, text } = await recogniser.transcribe(toFloat(said('en', 'en', 'fr')), { language: 'auto' });
  expect(language).toBe('en');
  expect(wordErrorRate(SAID.en, text.split('.')[0] ?? '')).toBeLessThan(0.3);
});

it('silence is in the language of the configuration', async () => {
  expect(await recogniser.transcribe(new Float32Array(16_000), { language: 'auto' })).toMatchObject({ text: '', language: 'fr' });
});

it('is for who asks: otherwise the language is the one of the configuration', async () => {
  const heard = await recogniser.transcribe(toFloat(said('en')));
  expect(heard.language).toBe('fr');
  expect(heard).not.toHaveProperty('languageProbability');
});

it('may be asked of the server', async () => {
  const client = new InferenceClient(server.url);
  expect(await client.transcribe({ pcm: said('en'), sampleRate: 16_000 }, { language: 'auto' })).toMatchObject({ language: 'en' });
  const form = new FormData();
  form.set('file', new Blob([Buffer.from(said('en').buffer)]), 'speech.raw');
  form.set('language', 'automatic');
  const refused = await fetch(new URL('/v1/audio/transcriptions', server.url), { method: 'POST', body: form });
  expect(refused.status).toBe(400);

  const socket = client.streamRecognition({ sampleRate: 16_000, language: 'auto', words: false });
  socket.push(said('en'));
  socket.end();
  const results = (await Array.fromAsync(socket)).filter((message) => 'text' in message);
  expect(results[0]?.language).toBe('en');
});
