import { describe, expect, test } from 'vitest';
import { Resampler } from '../../../inference/audio/resampler.ts';
import { residueDb, sine } from '../../support/tones.ts';

function resample(samples: Float32Array, from: number, to: number, piece = samples.length): Float32Array {
  const resampler = new Resampler(from, to);
  const pieces: number[] = [];
  for (let at = 0; at < samples.length; at += piece) pieces.push(...resampler.push(samples.subarray(at, at + piece)));
  return Float32Array.from([...pieces, ...resampler.flush()]);
}

describe.each([8_000, 11_025, 12_000, 22_050, 24_000, 32_000, 44_100, 48_000])('%i Hz to 16 kHz', (from) => {
  test('keeps length, pitch and time of a tone', () => {
    const output = resample(sine(1_000, from, 0.4), from, 16_000);
    expect(output).toHaveLength(6_400);
    const middle = output.subarray(1_000, 5_400);
    expect(residueDb(middle, 1_000, 16_000)).toBeLessThan(-75);
    // Time: the same sine, sample by sample, not one that comes a little later.
    const ideal = sine(1_000, 16_000, 0.4).subarray(1_000, 5_400);
    expect(Math.max(...middle.map((value, n) => Math.abs(value - (ideal[n] ?? 0))))).toBeLessThan(1e-3);
  });

  test('gives the same in pieces as at once', () => {
    const input = sine(440, from, 0.1);
    expect(resample(input, from, 16_000, 37)).toEqual(resample(input, from, 16_000));
  });
});

test('what 16 kHz cannot hold does not fold back', () => {
  const output = resample(sine(12_000, 48_000, 0.25), 48_000, 16_000).subarray(500, 3_500);
  expect(Math.max(...output.map(Math.abs))).toBeLessThan(0.5 * 1e-3);
});

test('silence stays silence, nothing stays nothing', () => {
  expect(resample(new Float32Array(4_410), 44_100, 16_000)).toEqual(new Float32Array(1_600));
  expect(resample(new Float32Array(0), 44_100, 16_000)).toHaveLength(0);
});
