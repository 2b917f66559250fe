/** −20 dB of full scale, measured without the pauses: what all levels speak at. */
const TARGET = 0.1;
const WINDOW_MS = 20;
/** A window quieter than this share of the loudest one is a pause. */
const PAUSE = 0.1;
/** Nothing is to be clipped for it. */
const HIGHEST_PEAK = 0.98;

/** By how much a whole clause is to be multiplied to be as loud as all levels are; samples are −1 … 1. */
export function gainToShared(samples: Float32Array, rate: number): number {
  const window = Math.round((rate * WINDOW_MS) / 1000);
  const energies: number[] = [];
  for (let at = 0; at + window <= samples.length; at += window) energies.push(samples.subarray(at, at + window).reduce((sum, sample) => sum + sample * sample, 0) / window);
  const loudest = Math.max(0, ...energies);
  const spoken = energies.filter((energy) => energy > loudest * PAUSE * PAUSE);
  if (loudest === 0 || spoken.length === 0) return 1;
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  return Math.min(TARGET / Math.sqrt(spoken.reduce((sum, energy) => sum + energy, 0) / spoken.length), HIGHEST_PEAK / peak);
}
