import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../../core/clock.ts';
import { CodedError } from '../../../core/errors.ts';
import { bench } from '../../../ops/stt/bench.ts';
import { transcribe, type TranscribeOptions } from '../../../ops/stt/transcribe.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { wavFile } from '../../../protocol/pcm.ts';
import { ScriptedRecognition, startInferenceAround, type TestInference } from '../../support/inference.ts';
import { temporaryHome } from '../../support/home.ts';
import { sine, toPcm } from '../../support/tones.ts';

const { home, remove } = temporaryHome();
let server: TestInference;
let inference: InferenceClient;

const BONJOUR = { start: 0.1, end: 0.45, word: 'Bonjour.', conf: 0.9 };

beforeAll(async () => {
  server = await startInferenceAround({
    recogniser: {
      transcribe: (audio, { language = 'fr' } = {}) => {
        // What is longer than two seconds breaks the engine, what is silent is silence.
        if (audio.length > 2 * 16_000) return Promise.reject(new CodedError('ENGINE_FAILED', { engine: 'stand-in', reason: 'too long for me' }));
        const isSpeech = audio.some((sample) => sample !== 0);
        return Promise.resolve({ text: isSpeech ? 'Bonjour.' : '', language, confidence: 0.9, segments: [], words: isSpeech ? [BONJOUR] : [], engine: 'stand-in', model: 'none', device: 'cpu', audioSeconds: 1, processingMs: 250, rtf: 0.25 });
      },
      stream: (options) => {
        let samples = 0;
        return new ScriptedRecognition(options, (heard) => {
          const [before, all] = [samples, heard];
          samples = heard;
          if (all === -1) return [];
          const reached = (place: number): boolean => before < place && all >= place;
          return [
            ...(reached(0.6 * options.sampleRate) ? [{ partial: 'bonjour' }] : []),
            ...(reached(1.2 * options.sampleRate) ? [{ preflight: 'Bonjour.', result: [BONJOUR] }] : []),
            ...(reached(1.4 * options.sampleRate) ? [{ text: 'Bonjour.', result: [BONJOUR] }] : []),
          ];
        });
      },
    },
    synthesiser: {
      synthesize: () => Promise.resolve({
        level: 'stand-in', voice: 'none', cache: 'miss', overTarget: false, passed: [], sampleRate: 24_000, firstAudioMs: 0,
        audio: (async function* () {
          yield await Promise.resolve(toPcm(sine(440, 24_000, 1)));
        })(),
      }),
    },
  });
  inference = new InferenceClient(server.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  remove();
});

function recording(name: string, { seconds = 1, silent = false, transcript }: { seconds?: number; silent?: boolean; transcript?: string } = {}): string {
  const file = join(home, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, wavFile({ pcm: silent ? new Int16Array(16_000 * seconds) : toPcm(sine(440, 16_000, seconds)), sampleRate: 16_000 }));
  if (transcript !== undefined) writeFileSync(file.replace('.wav', '.txt'), `${transcript}\n`);
  return file;
}

async function run(files: string[], options: TranscribeOptions = {}, client = inference): Promise<{ status: number; printed: string[]; warned: string[] }> {
  const [printed, warned]: [string[], string[]] = [[], []];
  const status = await transcribe(files, options, client, { print: (line) => printed.push(line), warn: (line) => warned.push(line) });
  return { status, printed, warned };
}

describe('eloquence stt', () => {
  it('tells of each file what was heard, by whom, and how fast', async () => {
    const [speech, silence] = [recording('speech.wav'), recording('silence.wav', { silent: true })];
    expect(await run([speech, silence])).toEqual({
      status: 0,
      printed: [
        `${speech}: Bonjour.\n  fr, stand-in (none on cpu): 1.0 s in 250 ms, RTF 0.25`,
        `${silence}: (no speech)\n  fr, stand-in (none on cpu): 1.0 s in 250 ms, RTF 0.25`,
      ],
      warned: [],
    });
  });

  it('tells the words with their times, where asked', async () => {
    const { printed } = await run([recording('speech.wav')], { words: true, language: 'en' });
    expect(printed[0]?.split('\n').slice(1)).toEqual([expect.stringMatching(/^ {2}en, /), '  0.10 – 0.45 s   90 %  Bonjour.']);
  });

  it('prints JSON, a line for each file', async () => {
    const { printed } = await run([recording('speech.wav')], { json: true });
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ file: join(home, 'speech.wav'), text: 'Bonjour.', language: 'fr', words: [BONJOUR], rtf: 0.25 });
  });

  it('says which file could not be, and goes on with the others', async () => {
    const broken = join(home, 'broken.wav');
    writeFileSync(broken, '');
    const files = [join(home, 'none.wav'), broken, recording('long.wav', { seconds: 3 }), recording('speech.wav')];
    const { status, printed, warned } = await run(files);
    expect(status).toBe(1);
    expect(printed).toHaveLength(1);
    expect(warned.map((line) => line.split(': ').slice(0, 2))).toEqual([[files[0], 'AUDIO_UNREADABLE'], [files[1], 'AUDIO_EMPTY'], [files[2], 'ENGINE_FAILED']]);
    expect(warned[0]).toContain('(ENOENT).\n  → ');
  });

  it('stops at once when no server runs', async () => {
    await expect(run([recording('speech.wav')], {}, new InferenceClient('http://127.0.0.1:1'))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

/** Time passes only by waiting, and at once. */
function hurry(): Clock {
  let now = 0;
  return { now: () => now, wall: () => now, after: (ms, fn) => {
    const timer = setImmediate(() => {
      now += ms;
      fn();
    });
    return () => clearImmediate(timer);
  } };
}

async function table(folder: string | undefined): Promise<string[][]> {
  const lines: string[] = [];
  await bench(folder, { language: 'fr', rounds: 1, clock: hurry() }, inference, (text) => lines.push(...text.split('\n')));
  return lines.map((line) => line.trim().split(/ {2,}/));
}

describe('eloquence stt bench', () => {
  it('has the server hear its own voice, as files and as it speaks', async () => {
    const [head, ...rows] = await table(undefined);
    expect(head).toHaveLength(6);
    expect(rows).toHaveLength(4);
    for (const [seconds, , rtf, transcript, result, shown] of rows) {
      expect([seconds, rtf]).toEqual(['1.0 s', '0.25 / 0.25']);
      for (const cell of [transcript, result, shown]) expect(cell).toMatch(/^\d+ \/ \d+$/);
    }
  });

  it('tells the word error rate of each folder of recordings, and of all', async () => {
    const folder = join(home, 'recordings');
    recording('recordings/quiet/a.wav', { transcript: 'Bonjour !' });
    recording('recordings/quiet/without-transcript.wav');
    recording('recordings/noisy/b.wav', { transcript: 'Bonjour Marie.' });
    recording('recordings/noisy/c.wav', { transcript: 'Bonsoir.' });
    const [, ...rows] = await table(folder);
    expect(rows.map(([set, number, , words, rate]) => [set, number, words, rate])).toEqual([
      ['noisy', '2', '3', '66.7 %'],
      ['quiet', '1', '1', '0.0 %'],
      ['all', '3', '4', '50.0 %'],
    ]);
  });

  it('says so when there is nothing to compare with', async () => {
    await expect(table(join(home, 'nowhere'))).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE' });
    mkdirSync(join(home, 'empty'), { recursive: true });
    await expect(table(join(home, 'empty'))).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE' });
  });
});
