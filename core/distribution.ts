/** A distribution in the unit of its samples. */
export interface Distribution {
  readonly n: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles by linear interpolation between the two nearest samples. Samples that are not numbers are left out. */
export function distribution(samples: readonly number[]): Distribution {
  const sorted = samples.filter(Number.isFinite).toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
    return below + (above - below) * (place - Math.floor(place));
  };
  const mean = sorted.reduce((sum, sample) => sum + sample, 0) / sorted.length;
  return { n: sorted.length, mean, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}
