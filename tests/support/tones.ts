/** A sine of amplitude 0.5. */
export function sine(frequency: number, sampleRate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(sampleRate * seconds) }, (_, n) => 0.5 * Math.sin((2 * Math.PI * frequency * n) / sampleRate));
}

export const toPcm = (samples: Float32Array): Int16Array => Int16Array.from(samples, (value) => Math.round(value * 32_767));

/**
 * Power of what is left when the sine of that frequency is taken out, against the sine's own, in dB: −90 is a clean
 * tone, 0 none. Phase and amplitude are fitted.
 */
export function residueDb(samples: Float32Array, frequency: number, sampleRate: number): number {
  let [sines, cosines] = [0, 0];
  samples.forEach((value, n) => {
    sines += value * Math.sin((2 * Math.PI * frequency * n) / sampleRate);
    cosines += value * Math.cos((2 * Math.PI * frequency * n) / sampleRate);
  });
  const [a, b] = [(2 * sines) / samples.length, (2 * cosines) / samples.length];
  let residue = 0;
  samples.forEach((value, n) => {
    residue += (value - a * Math.sin((2 * Math.PI * frequency * n) / sampleRate) - b * Math.cos((2 * Math.PI * frequency * n) / sampleRate)) ** 2;
  });
  return 10 * Math.log10(residue / ((samples.length * (a * a + b * b)) / 2));
}
