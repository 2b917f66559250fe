import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../core/paths.ts';
import { AdainStatistics, HAR_WIDTH, STATISTICS_WIDTH, X_WIDTH } from '../../../inference/tts/adain-statistics.ts';
import { findVoice, VOICES } from '../../../inference/tts/voices.ts';

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

  it('knows every voice of OpenAI, each once', () => {
    expect(VOICES.flatMap(({ openai }) => openai).toSorted()).toEqual(OPENAI.toSorted());
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
