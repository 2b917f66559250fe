import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../core/paths.ts';
import { AdainStatistics, HAR_WIDTH, STATISTICS_WIDTH, X_WIDTH } from '../../../inference/tts/adain-statistics.ts';
import { findVoice, languageOf, OPENAI_VOICES, VOICES } from '../../../inference/tts/voices.ts';

const OPENAI = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];

describe('findVoice', () => {
  it.each([
    ['ff_siwis', 'ff_siwis'],
    ['em_alex', 'em_alex'],
    ['nova', 'ff_siwis'],
    ['Onyx', 'em_alex'],
    ['nobody', 'ff_siwis'],
    [undefined, 'ff_siwis'],
  ])('%s is %s', (name, id) => {
    expect(findVoice(name, 'fr').id).toBe(id);
  });

  it.each([
    ['nova', 'af_heart'],
    ['Onyx', 'am_michael'],
    ['ff_siwis', 'af_heart'],
    ['em_alex', 'am_michael'],
    ['AM_Michael', 'am_michael'],
    ['nobody', 'af_heart'],
    [undefined, 'af_heart'],
  ])('%s is %s in English', (name, id) => {
    expect(findVoice(name, 'en').id).toBe(id);
  });

  it('has somebody for a language that nobody speaks', () => {
    expect(findVoice('nova', 'de').id).toBe('ff_siwis');
    expect(findVoice('am_michael', 'de').id).toBe('am_michael');
  });

  it('of a text of no stated language is in the named voice’s own', () => {
    expect([languageOf('af_heart', 'fr'), languageOf('nova', 'fr'), languageOf(undefined, 'en')]).toEqual(['en', 'fr', 'en']);
  });

  it('knows every voice of OpenAI, each once', () => {
    expect(Object.values(OPENAI_VOICES).flat().toSorted()).toEqual(OPENAI.toSorted());
  });

  it('has a woman and a man in each language', () => {
    expect(VOICES.map(({ language, sex }) => `${language} ${sex}`)).toEqual(['fr female', 'fr male', 'en female', 'en male']);
  });
});

describe.each(VOICES)('$id', ({ id }) => {
  const file = join(ROOT, `inference/tts/statistics/${id}.bin`);

  it('is calibrated: its statistics are finite, and of deviations that speech can have', () => {
    expect(existsSync(file)).toBe(true);
    const noise = (length: number): Float32Array => Float32Array.from({ length }, (_, n) => Math.sin(n * 12.9898) * 0.5);
    const statistics = new AdainStatistics(file).predict(noise(100 * X_WIDTH), noise(6_001 * HAR_WIDTH));
    expect(statistics).toHaveLength(STATISTICS_WIDTH);
    expect(statistics.every(Number.isFinite)).toBe(true);
    expect(statistics.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThan(50);
  });
});

it('a file of statistics that is cut short is told', () => {
  expect(() => new AdainStatistics(join(ROOT, 'package.json'))).toThrow('not a file of AdaIN statistics');
});
