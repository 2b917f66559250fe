import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { SPEECH_SAMPLE_RATE } from '../../../protocol/speech.ts';
import { Resampler } from '../../../inference/audio/resampler.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { STT_SAMPLE_RATE } from '../../../inference/stt/engine.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import type { SpeechEngine } from '../../../inference/tts/engine.ts';
import { Kokoro } from '../../../inference/tts/kokoro.ts';
import { normalise } from '../../../inference/tts/normalise.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import { findVoice } from '../../../inference/tts/voices.ts';
import { COACHING_SENTENCES } from '../../support/coaching-sentences.ts';
import { utter } from '../../support/speech-engines.ts';
import { plainWords, wordErrorRate } from '../../../core/word-error-rate.ts';

const log = createLogger('test');
const gate = new ComputeGate(1);
const kokoro = new Kokoro({ threads: 2, log, gate });
const pico = new Pico({ log });
const recogniser = recogniserOf([new WhisperEngine({ threads: 2, log, gate })], { language: 'fr', log, registry: new Registry() });

beforeAll(() => Promise.all([kokoro.ready(), pico.ready(), recogniser.ready()]));
afterAll(() => Promise.all([kokoro.close(), pico.close(), recogniser.close()]));

async function hears(pcm: Int16Array, language: string): Promise<string> {
  const resampler = new Resampler(SPEECH_SAMPLE_RATE, STT_SAMPLE_RATE);
  const speech = [resampler.push(Float32Array.from(pcm, (sample) => sample / 32_768)), resampler.flush()];
  const { text } = await recogniser.transcribe(Float32Array.from(speech.flatMap((part) => [...part])), { language, words: false });
  return text;
}

it.each<[string, SpeechEngine, string, number]>([
  ['Marie', kokoro, 'ff_siwis', 0.25],
  ['Thomas', kokoro, 'em_alex', 0.25],
  ['Pico', pico, 'ff_siwis', 0.35],
  ['the English woman', kokoro, 'af_heart', 0.15],
  ['the English man', kokoro, 'am_michael', 0.15],
  ['Pico in English', pico, 'af_heart', 0.25],
])('Whisper understands %s', async (_, engine, voice, bound) => {
  const { language } = findVoice(voice, '');
  let [errors, words] = [0, 0];
  for (const sentence of COACHING_SENTENCES[language].slice(0, 10)) {
    const heard = await hears((await utter(engine, normalise(sentence, language), { voice, language })).pcm, language);
    const count = plainWords(sentence).length;
    errors += wordErrorRate(sentence, heard) * count;
    words += count;
  }

  expect(errors / words).toBeLessThan(bound);
}, 240_000);
