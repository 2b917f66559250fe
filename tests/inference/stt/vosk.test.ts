import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { LibVosk } from '../../../inference/stt/libvosk.ts';
import { toFloat } from '../../../inference/stt/pcm.ts';
import { recogniserOf, type Recogniser } from '../../../inference/stt/recogniser.ts';
import { VoskEngine } from '../../../inference/stt/vosk.ts';
import { VoskServerEngine } from '../../../inference/stt/vosk-server.ts';
import type { SttEngine } from '../../../inference/stt/engine.ts';
import { joined } from '../../../protocol/pcm.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { hasVosk, KOREAN, korean } from '../../support/vosk-model.ts';
import { VoskServer } from '../../support/vosk-server.ts';

// The real libvosk with a real model. What it makes of espeak-ng's Korean is another matter: it hears it always alike.

const log = createLogger('test');
const RATE = 16_000;
const OPTIONS = { sampleRate: RATE, language: 'ko', words: true, preflight: false };
const around = (...engines: SttEngine[]): Recogniser => recogniserOf(engines, { language: 'ko', log, registry: new Registry() });

describe.runIf(hasVosk())('Vosk', () => {
  const local = new VoskEngine({ ...KOREAN, log, gate: new ComputeGate(1) });
  let server: VoskServer;
  let speech: Int16Array;

  beforeAll(async () => {
    server = await VoskServer.start(new LibVosk(KOREAN.library, KOREAN.folder));
    speech = korean('안녕하세요');
    await local.ready();
  });
  afterAll(async () => {
    await Promise.all([local.close(), server.stop()]);
  });

  const remote = (): VoskServerEngine => new VoskServerEngine(server.url);

  async function stream(recogniser: Recogniser, audio: Int16Array, options = OPTIONS): Promise<Extract<SttServerMessage, { text: unknown }>[]> {
    const ear = recogniser.stream(options);
    for (let from = 0; from < audio.length; from += 3_200) ear.push(audio.subarray(from, from + 3_200));
    ear.end();
    const messages = await Array.fromAsync(ear);
    expect(messages.filter((message) => 'error' in message)).toEqual([]);
    return messages.filter((message) => 'text' in message);
  }

  describe.each([['in a process of its own', (): SttEngine => local, { engine: 'vosk', model: 'vosk-ko', device: 'cpu' }], ['on a server', remote, { engine: 'vosk-server', device: 'remote' }]] as const)('%s', (_where, engine, named) => {
    it('hears a whole file, with words', async () => {
      const transcription = await around(engine()).transcribe(toFloat(speech));
      expect(transcription).toMatchObject({ ...named, language: 'ko', audioSeconds: speech.length / RATE });
      expect(transcription.text).toBe(transcription.words.map(({ word }) => word).join(' '));
      expect(transcription.text).not.toBe('');
      expect(transcription.segments.map(({ text }) => text).join(' ')).toBe(transcription.text);
      for (const { start, end, conf } of transcription.words) {
        expect(start).toBeLessThan(end);
        expect(conf).toBeGreaterThan(0);
        expect(conf).toBeLessThanOrEqual(1);
      }
      expect(transcription.words.at(-1)?.end).toBeLessThanOrEqual(speech.length / RATE);
    });

    it('hears a stream, utterance by utterance', async () => {
      const results = await stream(around(engine()), joined([speech, new Int16Array(2 * RATE), speech]));
      const spoken = results.filter(({ text }) => text !== '');
      expect(spoken.length).toBeGreaterThanOrEqual(2);
      expect(spoken.at(-1)?.result?.[0]?.start).toBeGreaterThan((speech.length + 2 * RATE) / RATE);
    });

    it('hears nothing in silence', async () => {
      expect((await around(engine()).transcribe(new Float32Array(RATE))).text).toBe('');
    });
  });

  it('a server that dies in the middle: the local engine hears the utterance from its beginning', async () => {
    server.diesAfter = speech.length / 2;
    const results = await stream(around(remote(), local), speech);
    server.diesAfter = Number.POSITIVE_INFINITY;
    const [whole, ...others] = results.filter(({ text }) => text !== '');
    expect(others).toEqual([]);
    expect(whole?.result?.[0]?.start).toBeLessThan(0.6);
    expect(whole?.result?.at(-1)?.end).toBeGreaterThan(speech.length / 2 / RATE);
  });

  it('a process that dies in the middle: a server goes on', async () => {
    const recogniser = around(local, remote());
    const ear = recogniser.stream(OPTIONS);
    const messages = ear[Symbol.asyncIterator]();
    ear.push(speech.subarray(0, speech.length / 2));
    const first = await messages.next();
    expect(first.value).toHaveProperty('partial');
    const { state } = local.process;
    if (state.kind !== 'ready') throw new Error('not ready');
    process.kill(state.pid, 'SIGKILL');
    ear.push(speech.subarray(speech.length / 2));
    ear.end();
    const results: SttServerMessage[] = [];
    for (let step = await messages.next(); step.done !== true; step = await messages.next()) results.push(step.value);
    expect(results.filter((message) => 'text' in message).map(({ text }) => text).join(' ').trim()).not.toBe('');
    expect(results.filter((message) => 'error' in message)).toEqual([]);
    await local.recovered(AbortSignal.timeout(60_000));
  });

  it('understands its own language alone', async () => {
    await expect(around(local).transcribe(toFloat(speech), { language: 'fr' })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
