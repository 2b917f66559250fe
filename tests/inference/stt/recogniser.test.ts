import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { toFloat } from '../../../inference/stt/pcm.ts';
import { recogniserOf, type Recogniser } from '../../../inference/stt/recogniser.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { HUMAN_COMMANDS, readHumanSpeech } from '../../support/speech-fr.ts';
import { joined } from '../../../protocol/pcm.ts';
import { quiet, SpokenFrench } from '../../support/spoken-french.ts';
import { plainWords, wordErrorRate } from '../../../core/word-error-rate.ts';

const RATE = 16_000;
const log = createLogger('test');
const registry = new Registry();
const engine = new WhisperEngine({ threads: 2, log, gate: new ComputeGate(1) });
const recogniser: Recogniser = recogniserOf([engine], { language: 'fr', log, registry });
const voice = new SpokenFrench();

beforeAll(() => recogniser.ready());
afterAll(async () => {
  await Promise.all([recogniser.close(), voice.close()]);
});

describe('a whole file', () => {
  it('is understood', async () => {
    const speech = await voice.say('Ceci est un test de validation du nouveau gestionnaire robuste.');
    const { text, words, segments, ...rest } = await recogniser.transcribe(toFloat(joined([quiet(500), speech, quiet(500)])));
    const heard = plainWords(text);
    expect(['test', 'validation', 'gestionnaire', 'robuste'].filter((keyword) => heard.includes(keyword)).length).toBeGreaterThanOrEqual(3);
    expect(rest).toMatchObject({ language: 'fr', engine: 'whisper', model: 'whisper-base', device: 'cpu' });
    expect(rest.confidence).toBeGreaterThan(0.5);
    expect(rest.audioSeconds).toBeCloseTo(1 + speech.length / RATE, 3);
    expect(rest.processingMs).toBeGreaterThan(0);
    expect(rest.rtf).toBeCloseTo(rest.processingMs / 1000 / rest.audioSeconds, 6);

    expect(words.map(({ word }) => word).join(' ')).toBe(text);
    const edges = words.flatMap(({ start, end }) => [start, end]);
    expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    // The speech itself lies between half a second and half a second before the end.
    expect(words[0]?.start).toBeCloseTo(0.5, 0.5);
    expect(words.at(-1)?.end).toBeCloseTo(0.5 + speech.length / RATE, 0.5);
    expect(segments).toHaveLength(1);
  });

  it('may be longer than Whisper hears at once: nothing is lost where it is cut', async () => {
    const sentences = [
      "Hier soir, je suis allé au cinéma avec des amis et nous avons vu un film très intéressant sur la conquête de l'espace.",
      'Je vous remercie d’être venus aussi nombreux ce matin pour assister à la présentation de nos résultats.',
      'Ce qui me motive, c’est de voir une équipe progresser et atteindre ensemble un objectif que personne ne croyait possible.',
      'Quand j’étais étudiant, je passais mes étés à travailler dans un restaurant au bord de la mer.',
    ];
    const spoken: Int16Array[] = [];
    for (const sentence of sentences) spoken.push(await voice.say(sentence));
    // Twice without a pause that would end an utterance: some 50 s.
    const twice = [...spoken, ...spoken].flatMap((sentence) => [sentence, quiet(250)]);
    const { text, segments, words } = await recogniser.transcribe(toFloat(joined(twice)));
    expect(segments.length).toBeGreaterThan(1);
    expect(wordErrorRate([...sentences, ...sentences].join(' '), text)).toBeLessThan(0.2);
    const starts = words.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('may last ten minutes', async () => {
    const speech = await voice.say("Je voudrais préparer un entretien important avec une équipe.");
    const audio = joined([quiet(1_000), speech, quiet(598_000), speech, quiet(1_000)]);
    const { segments, audioSeconds } = await recogniser.transcribe(toFloat(audio));
    expect(audioSeconds).toBeGreaterThan(600);
    expect(segments).toHaveLength(2);
    for (const { text } of segments) expect(plainWords(text)).toEqual(expect.arrayContaining(['préparer', 'entretien']));
  });

  it('may be very loud or very soft', async () => {
    const speech = toFloat(await voice.say('Nous pouvons vous proposer une remise sur le tarif.'));
    for (const gain of [3, 0.02]) {
      const { text } = await recogniser.transcribe(speech.map((sample) => sample * gain));
      expect(plainWords(text)).toEqual(expect.arrayContaining(['proposer', 'remise']));
    }
  });

  it('must have audio in it', async () => {
    await expect(recogniser.transcribe(new Float32Array(0))).rejects.toMatchObject({ code: 'AUDIO_EMPTY' });
    expect((await recogniser.transcribe(new Float32Array(10))).text).toBe('');
  });

  it('can be given up', async () => {
    const abort = new AbortController();
    const transcription = recogniser.transcribe(toFloat(quiet(60_000)), {}, abort.signal);
    abort.abort(new Error('nobody waits for it'));
    await expect(transcription).rejects.toThrow('nobody waits for it');
  });
});

describe('human speech', () => {
  it('is understood about as well as the model can', async () => {
    const commands = readHumanSpeech(HUMAN_COMMANDS, RATE);
    if (commands.length === 0) return;
    let [errors, total] = [0, 0];
    for (const { sound, transcript } of commands) {
      const words = plainWords(transcript).length;
      errors += wordErrorRate(transcript, (await recogniser.transcribe(toFloat(sound.pcm))).text) * words;
      total += words;
    }
    expect(errors / total).toBeLessThan(0.45);
  });
});

describe('an engine that dies', () => {
  it('fails the call with a code, comes back, and is counted', async () => {
    const { state } = engine;
    if (state.kind !== 'ready') throw new Error('not ready');
    const speech = await voice.say('Je voudrais préparer un entretien important avec une équipe.');
    const transcription = recogniser.transcribe(toFloat(joined(Array.from({ length: 8 }, () => [speech, quiet(1_000)]).flat())));
    process.kill(state.pid, 'SIGKILL');
    await expect(transcription).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(recogniser.health()).toEqual({ status: 'down', detail: 'no engine is ready' });
    await engine.recovered(AbortSignal.timeout(60_000));
    expect((await recogniser.transcribe(toFloat(quiet(1_000)))).text).toBe('');
    expect(recogniser.health()).toEqual({ status: 'ok', detail: 'whisper' });
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/stt_errors_total\{engine="whisper",code="ENGINE_UNAVAILABLE"\} 1/);
    expect(metrics).toMatch(/stt_transcriptions_total\{engine="whisper",kind="file"\} \d+/);
  });
});
