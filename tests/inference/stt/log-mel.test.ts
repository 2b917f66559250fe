import { describe, expect, it } from 'vitest';
import { LogMel, MEL_BANDS, powerSpectrum } from '../../../inference/stt/log-mel.ts';

const noise = (length: number): Float32Array => Float32Array.from({ length }, (_, n) => 0.3 * Math.sin(n * n * 0.0007) + 0.1 * Math.sin(n * 0.31));

describe('powerSpectrum', () => {
  it('is the square of the discrete Fourier transform', () => {
    const samples = noise(400);
    const result = new Float32Array(201);
    powerSpectrum(samples, result);
    for (const bin of [0, 1, 12, 13, 24, 25, 100, 199, 200]) {
      let [re, im] = [0, 0];
      samples.forEach((x, n) => {
        re += x * Math.cos((2 * Math.PI * bin * n) / 400);
        im -= x * Math.sin((2 * Math.PI * bin * n) / 400);
      });
      expect(result[bin]).toBeCloseTo(re * re + im * im, 2);
    }
  });
});

describe('LogMel', () => {
  it('puts a tone into the band of its frequency', () => {
    const tone = Float32Array.from({ length: 16_000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 1000 * n) / 16_000));
    const spectrogram = new LogMel().spectrogram(tone, 100);
    const middle = Array.from({ length: MEL_BANDS }, (_, band) => spectrogram[band * 100 + 50] ?? 0);
    // 1 kHz is mel 15 of 45.25 (Slaney): the 26th or 27th of 80 triangles.
    expect([25, 26]).toContain(middle.indexOf(Math.max(...middle)));
  });

  it('gives for audio that grew what it gives for the whole', () => {
    const audio = noise(24_000);
    const growing = new LogMel();
    for (const length of [1_000, 7_777, 7_800, 20_001]) growing.spectrogram(audio.subarray(0, length), 200);
    expect(growing.spectrogram(audio, 200)).toEqual(new LogMel().spectrogram(audio, 200));
  });

  it('is flat for silence, and takes audio shorter than a window', () => {
    expect(new Set(new LogMel().spectrogram(new Float32Array(3_200), 40))).toEqual(new Set([-1.5]));
    expect(new LogMel().spectrogram(noise(50), 4)).toHaveLength(4 * MEL_BANDS);
  });
});
