import { readFileSync } from 'node:fs';

/** Width of a frame of decoder features (`x`) and of harmonic-source features (`har`) that the front hands over. */
export const X_WIDTH = 512;
export const HAR_WIDTH = 22;
/** The vocoder has 48 AdaIN layers; mean and log standard deviation of each of their channels: 18,432 numbers. */
export const STATISTICS_WIDTH = 18_432;

const FEATURES = 2 * X_WIDTH + 2 * HAR_WIDTH + 2;
/** How far from its mean in the calibration set, in standard deviations, a feature may pull the prediction. */
const CLIP = 4;

/**
 * Predicts for one voice the AdaIN statistics of a whole utterance from what the front knows of it: a linear
 * regression of low rank, calibrated by `ops/setup/models/kokoro_calibrate.py`. With the statistics known in advance
 * the vocoder can run in chunks; see docs/speech-synthesis.md.
 */
export class AdainStatistics {
  readonly #mean: Float32Array;
  readonly #deviation: Float32Array;
  /** FEATURES × rank */
  readonly #projection: Float32Array;
  /** (1 + rank) × STATISTICS_WIDTH; the first row is the intercept. */
  readonly #weights: Float32Array;
  readonly #rank: number;

  /** @param file mean, deviation and projection as float32, then the weights as float16, all little-endian */
  constructor(file: string | URL) {
    const bytes = readFileSync(file);
    const rank = (bytes.length - 8 * FEATURES - 2 * STATISTICS_WIDTH) / (4 * FEATURES + 2 * STATISTICS_WIDTH);
    if (!Number.isInteger(rank) || rank < 1) throw new Error(`${String(file)} is not a file of AdaIN statistics`);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const floats = (at: number, length: number): Float32Array => new Float32Array(buffer, 4 * at, length);
    this.#mean = floats(0, FEATURES);
    this.#deviation = floats(FEATURES, FEATURES);
    this.#projection = floats(2 * FEATURES, FEATURES * rank);
    this.#weights = Float32Array.from(new Float16Array(buffer, 4 * FEATURES * (2 + rank)));
    this.#rank = rank;
  }

  /** @param x frames × X_WIDTH, time-major  @param har its harmonic source, rows × HAR_WIDTH */
  predict(x: Float32Array, har: Float32Array): Float32Array {
    const frames = x.length / X_WIDTH;
    const features = [...moments(x, X_WIDTH), ...moments(har, HAR_WIDTH), frames, 1 / frames];
    const components = new Float64Array(this.#rank);
    features.forEach((feature, i) => {
      const z = clip((feature - (this.#mean[i] ?? 0)) / (this.#deviation[i] ?? 1), CLIP);
      for (let r = 0; r < this.#rank; r++) components[r] = (components[r] ?? 0) + z * (this.#projection[i * this.#rank + r] ?? 0);
    });
    const statistics = this.#weights.slice(0, STATISTICS_WIDTH);
    components.forEach((component, r) => {
      const row = (r + 1) * STATISTICS_WIDTH;
      for (let i = 0; i < STATISTICS_WIDTH; i++) statistics[i] = (statistics[i] ?? 0) + component * (this.#weights[row + i] ?? 0);
    });
    return statistics;
  }
}

/** Mean of each column, then standard deviation of each column. */
function moments(rows: Float32Array, width: number): Float64Array {
  const count = rows.length / width;
  const result = new Float64Array(2 * width);
  for (let i = 0; i < rows.length; i++) result[i % width] = (result[i % width] ?? 0) + (rows[i] ?? 0) / count;
  for (let i = 0; i < rows.length; i++) {
    const column = i % width;
    const distance = (rows[i] ?? 0) - (result[column] ?? 0);
    result[width + column] = (result[width + column] ?? 0) + (distance * distance) / count;
  }
  for (let i = width; i < 2 * width; i++) result[i] = Math.sqrt(result[i] ?? 0);
  return result;
}

const clip = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));
