import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, it, test, vi } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { createLogger } from '../../../core/log.ts';
import type { RecognitionStream, StreamOptions, SttEngine } from '../../../inference/stt/engine.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { SPELLING_RATE, SpellingEngine, type Fault } from '../../support/spelling-engine.ts';

const STALL = 10_000;
const OPTIONS: StreamOptions = { sampleRate: SPELLING_RATE, language: 'fr', words: true, preflight: false };
const clock = new ManualClock();

/** A stream through a chain, and all that it tells until it ends. */
function listen(engines: readonly SttEngine[]): { stream: RecognitionStream; told: SttServerMessage[]; over: Promise<void>; registry: Registry } {
  const registry = new Registry();
  const stream = recogniserOf(engines, { language: 'fr', log: createLogger('test'), registry, clock, stall: STALL }).stream(OPTIONS);
  const told: SttServerMessage[] = [];
  const over = (async () => {
    for await (const message of stream) told.push(message);
  })();
  return { stream, told, over, registry };
}

/** Lets everything happen that waits for nothing but its turn. */
const turns = async (count = 30): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

/** Moves time on in steps until the stream has ended. */
async function waitFor(over: Promise<void>): Promise<void> {
  const ended = vi.fn();
  void over.then(ended);
  for (let step = 0; step < 200 && ended.mock.calls.length === 0; step += 1) {
    await turns();
    clock.advance(STALL / 4);
  }
  expect(ended).toHaveBeenCalled();
}

const texts = (told: readonly SttServerMessage[]): string[] => told.flatMap((message) => ('text' in message ? [message.text] : []));
const words = (told: readonly SttServerMessage[]): { word: string; start: number; end: number }[] => told.flatMap((message) => ('text' in message ? (message.result ?? []) : [])).map(({ word, start, end }) => ({ word, start, end }));

/** What was said: utterances of words of so many samples, each utterance followed by a pause. */
type Speech = { readonly words: readonly number[]; readonly pause: number }[];

/** The whole of the model: what an engine that never fails would tell. */
function spoken(speech: Speech): { audio: Int16Array; texts: string[]; words: { word: string; start: number; end: number }[] } {
  const audio: number[] = [];
  const placed: { word: string; start: number; end: number }[] = [];
  const sentences = speech.map(({ words: lengths, pause }, utterance) => {
    const named = lengths.map((samples, index) => {
      const value = 1 + ((utterance * 7 + index) % 30_000);
      placed.push({ word: `${value}x${samples}`, start: audio.length / SPELLING_RATE, end: (audio.length + samples) / SPELLING_RATE });
      audio.push(...new Array<number>(samples).fill(value));
      return `${value}x${samples}`;
    });
    audio.push(...new Array<number>(pause).fill(0));
    return named.join(' ');
  });
  return { audio: Int16Array.from(audio), texts: sentences, words: placed };
}

const speeches = fc.array(fc.record({ words: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }), pause: fc.integer({ min: 1, max: 700 }) }), { minLength: 1, maxLength: 6 });
const faults = fc.array(fc.record({ after: fc.integer({ min: 0, max: 6_000 }), how: fc.constantFrom<Fault['how']>('dies', 'ends', 'hangs', 'talks-nonsense', 'refuses') }), { maxLength: 5 });

test('whatever the engines do, so long as one hears to the end nothing is lost and nothing told twice', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(speeches, faults, faults, fc.array(fc.integer({ min: 1, max: 2_500 }), { minLength: 1, maxLength: 40 }), async (speech, first, second, pieces) => {
    const { audio, texts: expected, words: expectedWords } = spoken(speech);
    const { stream, told, over } = listen([new SpellingEngine('first', first), new SpellingEngine('second', second), new SpellingEngine('last')]);
    for (let from = 0, piece = 0; from < audio.length; piece += 1) {
      const length = pieces[piece % pieces.length] ?? 1;
      stream.push(audio.subarray(from, from + length));
      from += length;
      await turns();
    }
    stream.end();
    await waitFor(over);
    expect(texts(told)).toEqual(expected);
    for (const [index, word] of words(told).entries()) {
      expect(word.word).toBe(expectedWords[index]?.word);
      expect(word.start).toBeCloseTo(expectedWords[index]?.start ?? Number.NaN, 2);
      expect(word.end).toBeCloseTo(expectedWords[index]?.end ?? Number.NaN, 2);
    }
    expect(told.some((message) => 'error' in message)).toBe(false);
  }), { numRuns: 200 });
});

const say = (...samples: readonly (readonly [value: number, count: number])[]): Int16Array => Int16Array.from(samples.flatMap(([value, count]) => new Array<number>(count).fill(value)));

describe('an engine that fails in the middle of an utterance', () => {
  it.each(['dies', 'ends', 'talks-nonsense', 'refuses', 'hangs'] as const)('and %s: the next hears the utterance from its beginning', async (how) => {
    const { stream, told, over, registry } = listen([new SpellingEngine('first', [{ after: 3_000, how }]), new SpellingEngine('next')]);
    stream.push(say([5, 1_000], [0, 100], [6, 2_500]));
    await turns();
    expect(texts(told)).toEqual(['5x1000']);
    if (how === 'hangs') clock.advance(STALL);
    await turns();
    stream.push(say([6, 500], [0, 100]));
    await turns();
    expect(texts(told)).toEqual(['5x1000', '6x3000']);
    stream.end();
    await over;
    expect(await registry.getSingleMetricAsString('stt_errors_total')).toContain(`engine="first",code="${how === 'dies' || how === 'ends' ? 'ENGINE_UNAVAILABLE' : 'ENGINE_FAILED'}"`);
  });
});

it('goes back to the better engine after the next result', async () => {
  const best = new SpellingEngine('best', [{ after: 500, how: 'dies' }]);
  const spare = new SpellingEngine('spare');
  const { stream, told, over } = listen([best, spare]);
  best.up = true;
  stream.push(say([5, 1_000], [0, 10]));
  await turns();
  stream.push(say([6, 1_000], [0, 10]));
  await turns();
  stream.end();
  await over;
  expect(texts(told)).toEqual(['5x1000', '6x1000']);
  expect([best.streams, spare.streams]).toEqual([2, 1]);
});

describe('where no engine can', () => {
  it('tells it once, waits, and goes on with all that was said meanwhile', async () => {
    const only = new SpellingEngine('only', [{ after: 500, how: 'dies' }]);
    const { stream, told, over } = listen([only]);
    only.up = false;
    await turns();
    stream.push(say([5, 1_000], [0, 10]));
    await turns();
    expect(told).toMatchObject([{ error: { code: 'ENGINE_UNAVAILABLE', retryable: true } }]);
    stream.push(say([6, 700], [0, 10]));
    only.comeBack();
    await turns();
    clock.advance(1_000);
    await turns();
    stream.end();
    await over;
    expect(told.filter((message) => 'error' in message)).toHaveLength(1);
    expect(texts(told)).toEqual(['5x1000', '6x700']);
  });

  it('gives up some time after the end', async () => {
    const only = new SpellingEngine('only');
    only.up = false;
    const { stream, told, over } = listen([only]);
    stream.push(say([5, 1_000]));
    stream.end();
    await turns();
    clock.advance(STALL);
    await over;
    expect(told).toMatchObject([{ error: { code: 'ENGINE_UNAVAILABLE' } }, { error: { code: 'ENGINE_UNAVAILABLE' } }]);
  });
});

it('leaves out what an engine refuses twice, says so, and goes on after it', async () => {
  const refusal: Fault = { after: 100, how: 'refuses' };
  const { stream, told, over } = listen([new SpellingEngine('only', [refusal, refusal])]);
  stream.push(say([5, 1_000]));
  await turns();
  clock.advance(1_000);
  await turns();
  clock.advance(1_000);
  stream.push(say([0, 10], [6, 300], [0, 10]));
  await turns();
  stream.end();
  await over;
  expect(told).toMatchObject([{ error: { code: 'ENGINE_FAILED' } }, { text: '' }, { text: '6x300' }]);
});

it('takes no language that no engine understands', () => {
  const french = Object.assign(new SpellingEngine('french'), { languages: ['fr'] });
  const recogniser = recogniserOf([french], { language: 'fr', log: createLogger('test'), registry: new Registry() });
  expect(() => recogniser.stream({ ...OPTIONS, language: 'ko' })).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }) as Error);
});
