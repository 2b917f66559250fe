import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { decodeAudio } from '../../../inference/audio/decode.ts';
import { ComputeGate, PRIORITY } from '../../../inference/process/compute-gate.ts';
import type { RecognitionStream, StreamOptions } from '../../../inference/stt/engine.ts';
import { toPcm } from '../../../inference/stt/pcm.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import { freshMemory } from '../../../inference/stt/vad.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { recordingSets } from '../../../ops/stt/recordings.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { joined } from '../../../protocol/pcm.ts';
import { quiet, SpokenFrench } from '../../support/spoken-french.ts';
import { HUMAN_COMMANDS, resample } from '../../support/speech-fr.ts';
import { plainWords, wordErrorRate } from '../../../core/word-error-rate.ts';

const RATE = 16_000;
const OPTIONS: StreamOptions = { sampleRate: RATE, language: 'fr', words: true, preflight: true };
const READ = existsSync(HUMAN_COMMANDS) ? recordingSets(join(HUMAN_COMMANDS, '../read')).get('read') ?? [] : [];
const gate = new ComputeGate(1);
const log = createLogger('test');
const engine = new WhisperEngine({ threads: 2, log, gate });
const recogniser = recogniserOf([engine], { language: 'fr', log, registry: new Registry() });
const voice = new SpokenFrench();
let first: Int16Array;
let second: Int16Array;
const FIRST = "Je voudrais préparer un entretien important avec une équipe.";
const SECOND = 'Nous pouvons vous proposer une remise sur le tarif.';

beforeAll(async () => {
  await engine.ready();
  first = await voice.say(FIRST);
  second = await voice.say(SECOND);
});
afterAll(async () => {
  await Promise.all([engine.close(), voice.close()]);
});

/** Reads a stream a message at a time. */
class Listener {
  readonly stream: RecognitionStream;
  readonly #messages: AsyncIterator<SttServerMessage>;

  constructor(options: Partial<StreamOptions> = {}) {
    this.stream = recogniser.stream({ ...OPTIONS, ...options });
    this.#messages = this.stream[Symbol.asyncIterator]();
  }

  /** The next message that has the field. */
  async next<Field extends 'text' | 'partial' | 'preflight' | 'error'>(field: Field): Promise<Extract<SttServerMessage, Record<Field, unknown>>> {
    for (;;) {
      const step = await this.#messages.next();
      if (step.done === true) throw new Error(`the stream ended without ${field}`);
      if (field in step.value) return step.value as Extract<SttServerMessage, Record<Field, unknown>>;
    }
  }

  async rest(): Promise<SttServerMessage[]> {
    const messages: SttServerMessage[] = [];
    for (let step = await this.#messages.next(); step.done !== true; step = await this.#messages.next()) messages.push(step.value);
    return messages;
  }
}

const results = (messages: readonly SttServerMessage[]): string[] => messages.flatMap((message) => ('text' in message ? [message.text] : []));

describe('a stream', () => {
  it('tells a transcript in the first of the pause, and the same as the result when the pause lasts', async () => {
    const ear = new Listener();
    ear.stream.push(joined([quiet(500), first, quiet(150)]));
    const preflight = await ear.next('preflight');
    expect(wordErrorRate(FIRST, preflight.preflight)).toBeLessThan(0.3);
    ear.stream.push(quiet(600));
    const result = await ear.next('text');
    expect(result).toEqual({ text: preflight.preflight, result: preflight.result });
    expect(result.result?.[0]?.start).toBeCloseTo(0.5, 0.5);
    ear.stream.close();
  });

  it('takes the transcript back when speech goes on, and tells it all in the end', async () => {
    const ear = new Listener({ endpointMs: 1_000 });
    ear.stream.push(joined([quiet(300), first, quiet(200)]));
    await ear.next('preflight');
    ear.stream.push(second);
    await ear.next('partial');
    ear.stream.push(quiet(1_500));
    const { text } = await ear.next('text');
    expect(wordErrorRate(`${FIRST} ${SECOND}`, text)).toBeLessThan(0.3);
    ear.stream.close();
  });

  it.each([
    ['synthesised speech', () => Promise.resolve([first, quiet(100), second, quiet(100), first])],
    ['people who read', () => Promise.all(READ.slice(0, 2).map(async ({ file }) => toPcm(await decodeAudio(readFileSync(file), { maxMinutes: 1 }))))],
  ])('shows what it is sure of while speech goes on: %s', async (_, pieces) => {
    const ear = new Listener({ preflight: false });
    const spoken = joined(await pieces());
    if (spoken.length === 0) return ear.stream.close(); // no recordings here
    // Half a second at a time, the next when the engine has had the time to make a partial of the last.
    for (let from = 0; from < spoken.length; from += RATE / 2) {
      const piece = spoken.slice(from, from + RATE / 2);
      ear.stream.push(piece);
      for (let i = 0; i < 2; i++) await engine.voice(piece, freshMemory());
      await gate.run(PRIORITY.ahead, () => Promise.resolve());
    }
    ear.stream.push(quiet(1_000));
    ear.stream.end();
    const messages = await ear.rest();
    expect(messages.filter((message) => 'partial' in message).length).toBeGreaterThan(1);
    // Nothing that was shown is taken back before the result.
    let shown = '';
    for (const message of messages) {
      if ('partial' in message) expect(message.partial.startsWith(shown)).toBe(true);
      shown = 'partial' in message ? message.partial : 'text' in message ? '' : shown;
    }
  });

  it('takes a whole file at once, utterance by utterance', async () => {
    const ear = new Listener();
    ear.stream.push(joined([quiet(500), first, quiet(800), second, quiet(800), first]));
    ear.stream.end();
    const texts = results(await ear.rest());
    expect(texts).toHaveLength(3);
    for (const [index, sentence] of [FIRST, SECOND, FIRST].entries()) expect(wordErrorRate(sentence, texts[index] ?? '')).toBeLessThan(0.3);
  });

  it('takes other sample rates, in pieces of any size', async () => {
    const ear = new Listener({ sampleRate: 48_000, words: false });
    const { pcm } = resample({ pcm: joined([quiet(200), first]), sampleRate: RATE }, 48_000);
    for (let from = 0; from < pcm.length; from += 1_237) ear.stream.push(pcm.subarray(from, from + 1_237));
    ear.stream.end();
    const messages = await ear.rest();
    expect(wordErrorRate(FIRST, results(messages).join(' '))).toBeLessThan(0.3);
    expect(messages.at(-1)).not.toHaveProperty('result');
  });

  it('dates words from its first sample', async () => {
    const ear = new Listener();
    ear.stream.push(joined([quiet(4_000), first, quiet(600)]));
    ear.stream.end();
    const result = await ear.next('text');
    expect(result.result?.[0]?.start).toBeCloseTo(4, 0.5);
    expect(result.result?.at(-1)?.end).toBeCloseTo(4 + first.length / RATE, 0.5);
    expect(plainWords(result.text)).toContain('entretien');
  });

  it('says nothing about silence, and an empty text for a noise', async () => {
    const silent = new Listener();
    silent.stream.push(quiet(3_000));
    silent.stream.end();
    expect(await silent.rest()).toEqual([]);

    // The beginning of a word and no more.
    const noise = new Listener();
    noise.stream.push(joined([quiet(500), first.subarray(0, 800), quiet(1_000)]));
    noise.stream.end();
    expect(results(await noise.rest()).join('')).toBe('');
  });

  it('ends at once when it is closed', async () => {
    const ear = new Listener();
    ear.stream.push(joined([first, quiet(500)]));
    ear.stream.close();
    await expect(ear.rest()).resolves.toEqual([]);
  });
});

describe('when the engine dies', () => {
  it('the stream says so once and loses nothing', async () => {
    const ear = new Listener();
    ear.stream.push(joined([quiet(300), first, quiet(800)]));
    expect(wordErrorRate(FIRST, (await ear.next('text')).text)).toBeLessThan(0.3);

    ear.stream.push(second.subarray(0, second.length / 2));
    const { state } = engine;
    if (state.kind !== 'ready') throw new Error('not ready');
    process.kill(state.pid, 'SIGKILL');
    ear.stream.push(joined([second.subarray(second.length / 2), quiet(800)]));
    expect((await ear.next('error')).error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
    ear.stream.end();
    const rest = await ear.rest();
    expect(rest.filter((message) => 'error' in message)).toEqual([]);
    expect(wordErrorRate(SECOND, results(rest).join(' '))).toBeLessThan(0.3);
  });
});
