import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { SPEECH_SAMPLE_RATE } from '../../../protocol/speech.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { Kokoro } from '../../../inference/tts/kokoro.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import { VOICES } from '../../../inference/tts/voices.ts';
import { activeLoudness, medianPitch, utter } from '../../support/speech-engines.ts';

const log = createLogger('test');
const kokoro = new Kokoro({ threads: 2, log, gate: new ComputeGate(1) });
const engines = [kokoro, new Pico({ log }), new Espeak()] as const;
const SENTENCES = {
  fr: "Votre voix est posée, vos exemples sont clairs, et l'on a envie de vous écouter.",
  en: 'Your voice is steady, your examples are clear, and one would like to go on listening.',
} as const;
const SENTENCE = SENTENCES.fr;

beforeAll(() => Promise.all(engines.map((engine) => engine.ready())));
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

describe.each(engines)('$name', (engine) => {
  it('says a sentence in a sentence’s time, piece by piece', async () => {
    const { pcm, chunks } = await utter(engine, SENTENCE);
    const seconds = pcm.length / SPEECH_SAMPLE_RATE;
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(8);
    expect(chunks).toBeGreaterThan(3);
  });

  it.each(VOICES)('is as loud as the others as $id, and never clipped', async ({ id, language }) => {
    const { pcm } = await utter(engine, SENTENCES[language], { voice: id, language });
    expect(Math.abs(activeLoudness(pcm) - -20)).toBeLessThan(2);
    expect(pcm.filter((sample) => Math.abs(sample) >= 32_767)).toHaveLength(0);
  });

  it('speaks faster when asked to', async () => {
    const [slow, fast] = [await utter(engine, SENTENCE, { speed: 0.8 }), await utter(engine, SENTENCE, { speed: 1.3 })];
    expect(fast.pcm.length / slow.pcm.length).toBeGreaterThan(0.5);
    expect(fast.pcm.length / slow.pcm.length).toBeLessThan(0.75);
  });

  it.each(VOICES)('has $id sound $sex', async ({ id, sex, language }) => {
    const pitch = medianPitch((await utter(engine, SENTENCES[language], { voice: id, language })).pcm);
    expect(pitch).toBeGreaterThan(sex === 'male' ? 80 : 155);
    expect(pitch).toBeLessThan(sex === 'male' ? 155 : 260);
  });

  it('says the same again after somebody has left half-way', async () => {
    const before = await utter(engine, SENTENCE);
    for await (const chunk of engine.synthesize({ text: SENTENCE, voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 })) if (chunk.length > 0) break;
    const after = await utter(engine, SENTENCE);
    expect(Math.abs(after.pcm.length - before.pcm.length)).toBeLessThan(0.1 * SPEECH_SAMPLE_RATE);
  });

  it('is stopped by its signal', async () => {
    const stop = new AbortController();
    const audio = engine.synthesize({ text: SENTENCE, voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 }, stop.signal)[Symbol.asyncIterator]();
    await audio.next();
    stop.abort();
    await expect(Array.fromAsync({ [Symbol.asyncIterator]: () => audio })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it.each(VOICES)('Kokoro in chunks has no seam as $id: no jump between two samples is larger where chunks meet than elsewhere', async ({ id, language }) => {
  const pieces: Int16Array[] = [];
  for await (const chunk of kokoro.synthesize({ text: SENTENCES[language], voice: id, language, speed: 1, priority: 1 })) pieces.push(chunk);
  const jumps = (pcm: Int16Array): number[] => Array.from(pcm.subarray(1), (sample, n) => Math.abs(sample - (pcm[n] ?? 0)));
  const inside = Math.max(...pieces.map((piece) => jumps(piece).reduce((a, b) => Math.max(a, b), 0)));
  const seams = pieces.slice(1).map((piece, n) => Math.abs((piece[0] ?? 0) - (pieces[n]?.at(-1) ?? 0)));
  expect(seams.length).toBeGreaterThan(2);
  expect(Math.max(...seams)).toBeLessThan(inside);
});
