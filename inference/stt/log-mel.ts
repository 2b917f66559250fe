/**
 * Whisper's input: 80 mel bands (128 for the large model) of 25 ms windows every 10 ms, log10, clamped to 8 below the loudest and scaled
 * (openai/whisper `audio.py`; the filters are librosa's with Slaney's scale and norm). 16 kHz audio.
 */
export const MEL_BANDS = 80;
/** Samples from one frame to the next. */
export const HOP = 160;
const WINDOW = 400;
const BINS = WINDOW / 2 + 1;
/** Log10 of what counts as nothing at all; also the value of frames after the audio. */
const FLOOR = -10;

/**
 * The spectrogram of audio that grows. Frames are kept, so that the next hypothesis about a longer piece of the same
 * audio computes only what is new; the normalisation depends on the loudest frame and is made each time.
 */
export class LogMel {
  readonly #bands: number;
  readonly #filters: readonly Filter[];
  /** Frame after frame, before normalisation. */
  #frames: Float32Array;
  #known = 0;
  #loudest = FLOOR;

  constructor(bands = MEL_BANDS) {
    this.#bands = bands;
    this.#filters = filtersOf(bands);
    this.#frames = new Float32Array(bands * 512);
  }

  /**
   * @param audio all of it so far, beginning with what earlier calls were given
   * @param frames length of the result; frames past the audio are silence
   * @returns a row of `frames` values for each band
   */
  spectrogram(audio: Float32Array, frames: number): Float32Array {
    const inside = Math.min(frames, Math.ceil((audio.length + WINDOW / 2) / HOP));
    this.#reserve(inside);
    let loudest = this.#loudest;
    for (let frame = this.#known; frame < inside; frame++) {
      const peak = logMelFrame(audio, frame * HOP - WINDOW / 2, this.#filters, this.#frames.subarray(frame * this.#bands, (frame + 1) * this.#bands));
      loudest = Math.max(loudest, peak);
      // A frame that reaches past the audio changes when more is heard.
      if (frame * HOP + WINDOW / 2 <= audio.length) {
        this.#known = frame + 1;
        this.#loudest = loudest;
      }
    }
    return normalised(this.#frames, this.#bands, inside, frames, loudest);
  }

  #reserve(frames: number): void {
    if (frames * this.#bands <= this.#frames.length) return;
    const grown = new Float32Array(Math.max(frames * this.#bands, this.#frames.length * 2));
    grown.set(this.#frames);
    this.#frames = grown;
  }
}

function normalised(rows: Float32Array, bands: number, inside: number, frames: number, loudest: number): Float32Array {
  const floor = loudest - 8;
  const result = new Float32Array(bands * frames).fill((Math.max(FLOOR, floor) + 4) / 4);
  for (let band = 0; band < bands; band++)
    for (let frame = 0; frame < inside; frame++)
      result[band * frames + frame] = (Math.max(at(rows, frame * bands + band), floor) + 4) / 4;
  return result;
}

/** Index known to be inside. */
const at = (array: Float32Array | Uint16Array, index: number): number => array[index] as number;

// --- one frame -----------------------------------------------------------------------------------------------------

const HANN = Float32Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
const windowed = new Float32Array(WINDOW);
const power = new Float32Array(BINS);

/** Writes the bands of the window that begins at sample `start` and returns the loudest. */
function logMelFrame(audio: Float32Array, start: number, filters: readonly Filter[], bands: Float32Array): number {
  for (let n = 0; n < WINDOW; n++) windowed[n] = (audio[Math.abs(start + n)] ?? 0) * at(HANN, n); // mirrored before the beginning
  powerSpectrum(windowed, power);
  let loudest = FLOOR;
  for (const [band, { first, weights }] of filters.entries()) {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += at(weights, i) * at(power, first + i);
    const level = Math.log10(Math.max(sum, 1e-10));
    bands[band] = level;
    if (level > loudest) loudest = level;
  }
  return loudest;
}

// A DFT of 400 = 16 · 25 points as short ones: with sample n = 25a + 16b (mod 400) the two factors separate without
// twiddles (Good and Thomas), 7 times less work than the definition.
const A = 16;
const B = 25;
const HALF = (B + 1) / 2; // real input: the upper half of the 25 is the lower one's conjugate
const SAMPLE = Uint16Array.from({ length: WINDOW }, (_, i) => (B * Math.floor(i / B) + A * (i % B)) % WINDOW);
const cosines = (points: number): Float32Array => Float32Array.from({ length: points * points }, (_, i) => Math.cos((2 * Math.PI * Math.floor(i / points) * (i % points)) / points));
const sines = (points: number): Float32Array => Float32Array.from({ length: points * points }, (_, i) => Math.sin((2 * Math.PI * Math.floor(i / points) * (i % points)) / points));
const COS_A = cosines(A);
const SIN_A = sines(A);
const COS_B = cosines(B);
const SIN_B = sines(B);
const real = new Float32Array(HALF * A);
const imaginary = new Float32Array(HALF * A);

/** |DFT|² of 400 real samples, bins 0 … 200. */
export function powerSpectrum(samples: Float32Array, result: Float32Array): void {
  for (let a = 0; a < A; a++)
    for (let k = 0; k < HALF; k++) {
      let re = 0;
      let im = 0;
      for (let b = 0; b < B; b++) {
        const x = at(samples, at(SAMPLE, a * B + b));
        re += x * at(COS_B, k * B + b);
        im -= x * at(SIN_B, k * B + b);
      }
      real[k * A + a] = re;
      imaginary[k * A + a] = im;
    }
  for (let bin = 0; bin < BINS; bin++) {
    const k = bin % B;
    const row = (k < HALF ? k : B - k) * A;
    const sign = k < HALF ? 1 : -1;
    const column = (bin % A) * A;
    let re = 0;
    let im = 0;
    for (let a = 0; a < A; a++) {
      const c = at(COS_A, column + a);
      const s = at(SIN_A, column + a);
      const x = at(real, row + a);
      const y = sign * at(imaginary, row + a);
      re += x * c + y * s;
      im += y * c - x * s;
    }
    result[bin] = re * re + im * im;
  }
}

/** Slaney's mel scale: linear to 1 kHz (mel 15), logarithmic above. */
const hertz = (mel: number): number => (mel < 15 ? (200 / 3) * mel : 1000 * Math.exp((Math.log(6.4) / 27) * (mel - 15)));
/** 8 kHz on that scale. */
const TOP_MEL = 45.245640471924965;

/** A triangle, as the bins it covers. */
interface Filter {
  readonly first: number;
  readonly weights: Float32Array;
}

const made = new Map<number, readonly Filter[]>();

/** Triangles of equal area, made once for each number of bands. */
function filtersOf(bands: number): readonly Filter[] {
  const filters = made.get(bands) ?? Array.from({ length: bands }, (_, band) => filterOf(band, bands));
  made.set(bands, filters);
  return filters;
}

function filterOf(band: number, bands: number): Filter {
  const [low, centre, high] = [0, 1, 2].map((edge) => hertz((TOP_MEL * (band + edge)) / (bands + 1))) as [number, number, number];
  const weight = (bin: number): number => {
    const frequency = bin * (16_000 / WINDOW);
    return (Math.max(0, Math.min((frequency - low) / (centre - low), (high - frequency) / (high - centre))) * 2) / (high - low);
  };
  const covered = Array.from({ length: BINS }, (_, bin) => bin).filter((bin) => weight(bin) > 0);
  return { first: covered[0] ?? 0, weights: Float32Array.from(covered, weight) };
}
