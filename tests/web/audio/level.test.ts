import { expect, it } from 'vitest';
import { loudness } from '../../../web/src/audio/level.ts';

it('scales loudness from silence at −60 dB to full scale', () => {
  expect(loudness(new Float32Array(1_024))).toBe(0);
  expect(loudness(new Float32Array(1_024).fill(1))).toBe(1);
  expect(loudness(new Float32Array(1_024).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5, 3);
  expect(loudness(new Float32Array(1_024).fill(10 ** (-80 / 20)))).toBe(0);
});
