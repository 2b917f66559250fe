/** Zero crossings of the sinc on each side: more make the transition band narrower and the work longer. */
const ZERO_CROSSINGS = 16;
/** Pass band as a part of the lower rate's; the rest is transition band, so that nothing folds back. */
const PASS = 0.92;
/** Kaiser window: about 80 dB of stop-band attenuation. */
const BETA = 8;

/**
 * Changes the sample rate of mono audio, piece by piece, by a windowed sinc in polyphase form (J. O. Smith, Digital
 * Audio Resampling, ccrma.stanford.edu/~jos/resample). Linear phase; the delay is taken out: sample n of the output
 * is the input at time n ÷ `to`.
 */
export class Resampler {
  /** Output samples of one turn of the phases, and the input samples they span. */
  readonly #up: number;
  readonly #down: number;
  readonly #half: number;
  readonly #phases: readonly Float32Array[];
  /** Input that later output still needs. */
  #kept: Float32Array;
  #phase = 0;
  #received = 0;
  #given = 0;

  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    this.#half = Math.ceil(ZERO_CROSSINGS * Math.max(1, from / to));
    this.#phases = filters(this.#up, this.#half, PASS * Math.min(1, to / from));
    this.#kept = new Float32Array(this.#half - 1);
  }

  push(samples: Float32Array): Float32Array {
    this.#received += samples.length;
    const input = new Float32Array(this.#kept.length + samples.length);
    input.set(this.#kept);
    input.set(samples, this.#kept.length);

    const output = new Float32Array(Math.ceil((input.length * this.#up) / this.#down) + 1);
    const taps = 2 * this.#half;
    let count = 0;
    let at = 0;
    for (; at + taps <= input.length; count += 1) {
      const filter = this.#phases[this.#phase] ?? new Float32Array();
      let sum = 0;
      for (let tap = 0; tap < taps; tap += 1) sum += (filter[tap] ?? 0) * (input[at + tap] ?? 0);
      output[count] = sum;
      const ahead = this.#phase + this.#down;
      at += Math.floor(ahead / this.#up);
      this.#phase = ahead % this.#up;
    }
    this.#kept = input.slice(at);
    this.#given += count;
    return output.subarray(0, count);
  }

  /** The rest: the input goes on as silence until all of it has come out. */
  flush(): Float32Array {
    const missing = Math.round((this.#received * this.#up) / this.#down) - this.#given;
    return this.push(new Float32Array(this.#half + this.#down)).slice(0, Math.max(0, missing));
  }
}

/** For each phase the taps of `kept[at … at + 2·half)`: a sinc around the point between two input samples. */
function filters(up: number, half: number, cutoff: number): Float32Array[] {
  return Array.from({ length: up }, (_, phase) => {
    const taps = new Float32Array(2 * half);
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap += 1) {
      const distance = tap - (half - 1) - phase / up;
      const value = cutoff * sinc(cutoff * distance) * kaiser(distance / half);
      taps[tap] = value;
      sum += value;
    }
    return taps.map((value) => value / sum); // each phase alike at 0 Hz, or a constant would ripple
  });
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const kaiser = (x: number): number => (Math.abs(x) >= 1 ? 0 : besselI0(BETA * Math.sqrt(1 - x * x)) / besselI0(BETA));

/** Modified Bessel function of the first kind, order 0, by its series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-10 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
