import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { gainToShared } from '../../../inference/tts/loudness.ts';
import { piperIds, piperPhonemes } from '../../../inference/tts/piper-phonemes.ts';
import { findPiperVoices, readPiperSettings } from '../../../inference/tts/piper-voice.ts';
import { Piper } from '../../../inference/tts/piper.ts';
import { installPiperVoice, PIPER_SETTINGS } from '../../support/piper-voice/install.ts';
import { activeLoudness, medianPitch, utter } from '../../support/speech-engines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { sine } from '../../support/tones.ts';

const log = createLogger('test');
const NAMES = { ff_siwis: 'fr_FR-siwis', em_alex: 'fr_FR-upmc-medium/pierre' };
const CLAUSE = "Votre voix est posée, vos exemples sont clairs, et l'on a envie de vous écouter.";

describe('findPiperVoices', () => {
  it('takes the best variant that is there, or the very one', () => {
    const folder = temporaryFolder();
    for (const name of ['fr_FR-siwis-low', 'fr_FR-siwis-medium', 'fr_FR-upmc-medium']) installPiperVoice(folder, name);
    expect(findPiperVoices(folder, { ...NAMES, af_heart: 'en_US-lessac' })).toEqual([
      { id: 'ff_siwis', model: join(folder, 'fr_FR-siwis-medium.onnx') },
      { id: 'em_alex', model: join(folder, 'fr_FR-upmc-medium.onnx'), speaker: 'pierre' },
    ]);
    expect(findPiperVoices(folder, { ff_siwis: 'fr_FR-siwis-low' })).toEqual([{ id: 'ff_siwis', model: join(folder, 'fr_FR-siwis-low.onnx') }]);
  });

  it('finds none without a folder, or where a voice lacks its settings', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'fr_FR-siwis-medium.onnx'), '');
    expect(findPiperVoices(folder, NAMES)).toEqual([]);
    expect(findPiperVoices(join(folder, 'nowhere'), NAMES)).toEqual([]);
  });

  it('says what is wrong with the settings of a voice', () => {
    const folder = temporaryFolder();
    installPiperVoice(folder, 'x', { ...PIPER_SETTINGS, audio: {} });
    expect(() => readPiperSettings(join(folder, 'x.onnx'))).toThrow(/not the settings of a Piper voice: \/audio/u);
  });
});

describe('what it reads', () => {
  it.each([
    ['Bonjour Léa, comment allez-vous ?', 'bɔ̃ʒˈuʁ leˈa, kɔmˌɑ̃ alˈevˈu?'],
    ['« Très bien… merci ! » Et vous ?', 'tʁɛ bjˈɛ̃. mɛʁsˈi! e vˈu?'],
    ['Le coach arrive.', 'lə- kˈəʊtʃ aʁˈiv.'],
  ])('of «%s» is sounds and marks', async (text, sounds) => {
    expect((await piperPhonemes(text, 'fr')).join('')).toBe(sounds.normalize('NFD'));
  });

  it.each(['', ' … ', '?!'])('of «%s» is nothing', async (text) => {
    expect(await piperPhonemes(text, 'fr')).toEqual([]);
  });

  it('is numbered as its voices are trained: a pause after each, between a beginning and an end', () => {
    const settings = { phoneme_id_map: { '^': [1], $: [2], _: [0], a: [14], b: [15, 16] } };
    expect(piperIds(['a', 'x', 'b'], settings)).toEqual([1, 0, 14, 0, 15, 16, 0, 2]);
  });
});

describe('gainToShared', () => {
  it('brings speech to −20 dB, whatever its pauses', () => {
    const tone = sine(300, 22_050, 1).map((sample) => sample * 0.5);
    const paused = new Float32Array(5 * tone.length);
    paused.set(tone, 2 * tone.length);
    expect(gainToShared(paused, 22_050)).toBeCloseTo(gainToShared(tone, 22_050), 1);
    expect(20 * Math.log10((gainToShared(tone, 22_050) * Math.max(...tone)) / Math.SQRT2)).toBeCloseTo(-20, 1);
  });

  it('clips nothing, and leaves silence alone', () => {
    const click = new Float32Array(22_050).map((_, n) => (n % 2_000 === 0 ? 1 : 0.001));
    expect(gainToShared(click, 22_050)).toBeLessThanOrEqual(0.98);
    expect(gainToShared(new Float32Array(22_050), 22_050)).toBe(1);
    expect(gainToShared(new Float32Array(0), 22_050)).toBe(1);
  });
});

describe('Piper', () => {
  let folder: string;
  let engine: Piper;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eloquence-'));
    for (const name of ['fr_FR-siwis-medium', 'fr_FR-upmc-medium']) installPiperVoice(folder, name);
    engine = new Piper({ voices: findPiperVoices(folder, NAMES), threads: 1, log, gate: new ComputeGate(1) });
    await engine.ready();
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('speaks all phonemes, at the rate of speech and the loudness of all levels', async () => {
    const { pcm } = await utter(engine, CLAUSE);
    const ids = piperIds(await piperPhonemes(CLAUSE, 'fr'), PIPER_SETTINGS);
    expect(Math.abs(pcm.length / 24_000 - (ids.length * 706) / 22_050)).toBeLessThan(0.01);
    expect(Math.abs(activeLoudness(pcm) - -20)).toBeLessThan(1);
    expect(pcm.filter((sample) => Math.abs(sample) >= 32_767)).toHaveLength(0);
  });

  it('speaks faster when asked to', async () => {
    const [slow, fast] = [await utter(engine, CLAUSE, { speed: 0.8 }), await utter(engine, CLAUSE, { speed: 1.6 })];
    expect(fast.pcm.length / slow.pcm.length).toBeCloseTo(0.5, 1);
  });

  it('speaks with the speaker that is named', async () => {
    const [first, second] = [await utter(engine, 'Bonjour.'), await utter(engine, 'Bonjour.', { voice: 'em_alex' })];
    expect(second.pcm).toHaveLength(first.pcm.length);
    // The second one sings too high for a voice's pitch to be found.
    expect(medianPitch(first.pcm)).toBeGreaterThan(150);
    expect(second.pcm).not.toEqual(first.pcm);
  });

  it('says a long text clause by clause, and stops computing when its listener leaves', async () => {
    const long = `${CLAUSE} `.repeat(6).trim();
    const { chunks } = await utter(engine, long);
    expect(chunks).toBeGreaterThan(5);
    for await (const chunk of engine.synthesize({ text: long, voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 })) if (chunk.length > 0) break;
    expect((await utter(engine, 'Bonjour.')).pcm.length).toBeGreaterThan(10_000);
  });

  it('is stopped by its signal', async () => {
    const stop = new AbortController();
    const audio = engine.synthesize({ text: `${CLAUSE} `.repeat(6), voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 }, stop.signal);
    await audio.next();
    stop.abort();
    await expect(Array.fromAsync(audio)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves a voice that it does not have to the next level', () => {
    expect([{ voice: 'em_alex', language: 'fr' }, { voice: 'nova', language: 'fr' }, { voice: 'af_heart', language: 'en' }, { voice: 'nova', language: 'en' }].map((asked) => engine.speaks(asked))).toEqual([true, true, false, false]);
    expect(() => engine.synthesize({ text: 'Hello.', voice: 'af_heart', language: 'en', speed: 1, priority: 1 })).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }));
  });

  it('that dies breaks off, and comes back', async () => {
    const audio = engine.synthesize({ text: `${CLAUSE} `.repeat(6), voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 });
    await audio.next();
    const { state } = engine.process;
    if (state.kind === 'ready') process.kill(state.pid, 'SIGKILL');
    await expect(Array.fromAsync(audio)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect.poll(() => engine.available()).toBe(true);
    expect((await utter(engine, 'Bonjour.')).chunks).toBe(1);
  });
});

it.each<[string, (folder: string) => void]>([
  ['a model that is none', (folder) => writeFileSync(join(folder, 'fr_FR-siwis-medium.onnx'), 'no model')],
  ['settings that are none', (folder) => writeFileSync(join(folder, 'fr_FR-siwis-medium.onnx.json'), '{')],
  ['no such speaker', (folder) => installPiperVoice(folder, 'fr_FR-siwis-medium', { ...PIPER_SETTINGS, speaker_id_map: {} })],
])('with %s it is not available', async (what, spoil) => {
  const folder = temporaryFolder();
  installPiperVoice(folder, 'fr_FR-siwis-medium');
  spoil(folder);
  const voices = findPiperVoices(folder, { ff_siwis: `fr_FR-siwis${what === 'no such speaker' ? '/anna' : ''}` });
  const engine = new Piper({ voices, threads: 1, log, gate: new ComputeGate(1) });
  onTestFinished(() => engine.close());
  await expect(engine.ready()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(engine.available()).toBe(false);
});
