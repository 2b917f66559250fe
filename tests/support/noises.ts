/** Sounds that are no speech, 16 kHz, −1 … 1. The same each time. */
const RATE = 16_000;

type Sample = (n: number) => number;

const filled = (seconds: number, sample: Sample): Float32Array => Float32Array.from({ length: seconds * RATE }, (_, n) => sample(n));
const tone = (n: number, hertz: number): number => Math.sin((2 * Math.PI * hertz * n) / RATE);

/** Uniform noise, −1 … 1. */
function white(seed: number): () => number {
  let state = seed;
  return () => 2 * ((state = (state * 16_807) % 2_147_483_647) / 2_147_483_647) - 1;
}

/** Noise whose power falls by 3 dB an octave (P. Kellet's three poles), about −1 … 1. */
function pink(seed: number): () => number {
  const source = white(seed);
  let [slow, middle, fast] = [0, 0, 0];
  return () => {
    const sample = source();
    slow = 0.99765 * slow + sample * 0.099046;
    middle = 0.963 * middle + sample * 0.2965164;
    fast = 0.57 * fast + sample * 1.0526913;
    return (slow + middle + fast + sample * 0.1848) / 6;
  };
}

/** Noise without highs, as of wind or a fan. */
function brown(seed: number): () => number {
  const source = white(seed);
  let sum = 0;
  return () => (sum = 0.98 * sum + 0.1 * source());
}

/** A key goes down and up 80 ms later, at uneven times, over a soft noise. */
function keyboard(seed: number, level: number): Sample {
  const [source, strokes] = [white(seed), white(seed + 1)];
  let [next, age] = [0, 0];
  return (n) => {
    if (n >= next) {
      [next, age] = [n + (age > 0 && strokes() > 0 ? 1_280 : 2_000 + Math.floor(2_000 * (1 + strokes()))), 0];
    }
    age += 1;
    return level * source() * Math.exp(-age / 60) + 0.001 * source();
  };
}

/** A note every 0.3 s with four overtones, struck and fading: a piano, nearly. */
function melody(level: number): Sample {
  const notes = [262, 294, 330, 392, 330, 294, 262, 220, 247, 262];
  return (n) => {
    const place = n % 4_800;
    const hertz = notes[Math.floor(n / 4_800) % notes.length] ?? 262;
    return level * Math.exp(-place / 2_500) * [1, 2, 3, 4, 5].reduce((sum, overtone) => sum + tone(n, hertz * overtone) / (overtone * overtone), 0);
  };
}

/** A chord whose strength swings, as of strings. */
const strings = (level: number): Sample => (n) => level * (0.6 + 0.4 * tone(n, 5)) * [220, 277, 330, 440, 554].reduce((sum, hertz) => sum + tone(n, hertz) / 5, 0);

const [cough, breath] = [white(29), brown(31)];

/** By name: what it is, and how loud. */
export const NOISES: ReadonlyMap<string, Float32Array> = new Map([
  ['digital silence', new Float32Array(4 * RATE)],
  ['one click', filled(3, (n) => (n === RATE ? 1 : 0))],
  ['a cough', filled(3, (n) => (n > RATE && n < RATE * 1.25 ? 0.35 * cough() * Math.exp(-(n - RATE) / 1_200) : 0.0005 * cough()))],
  // Noise without its highs, rising and falling once.
  ['a breath', filled(2, (n) => 1.2 * breath() * Math.sin((Math.PI * n) / (2 * RATE)) ** 2)],
  ...[0.003, 0.05, 0.5].flatMap((level): [string, Float32Array][] => {
    const [hiss, murmur, wind, motor, crackle] = [white(7), pink(11), brown(13), brown(17), white(19)];
    return [
      [`white noise at ${String(level)}`, filled(4, () => level * hiss())],
      [`pink noise at ${String(level)}`, filled(4, () => level * murmur())],
      [`wind at ${String(level)}`, filled(4, (n) => level * wind() * (1 + tone(n, 0.4)))],
      [`mains hum at ${String(level)}`, filled(4, (n) => level * (tone(n, 50) + 0.5 * tone(n, 100) + 0.3 * tone(n, 150)) / 1.8)],
      [`a motor at ${String(level)}`, filled(4, (n) => level * (0.5 * tone(n, 95) + 0.3 * tone(n, 190) + 0.4 * motor()))],
      [`clicks at ${String(level)}`, filled(4, (n) => (n % 4_000 < 40 ? level * crackle() : 0))],
      [`a keyboard at ${String(level)}`, filled(4, keyboard(23, level))],
      [`a melody at ${String(level)}`, filled(4, melody(level))],
      [`strings at ${String(level)}`, filled(4, strings(level))],
      [`a telephone at ${String(level)}`, filled(4, (n) => (n % 8_000 < 4_000 ? level * tone(n, 440) : 0))],
      [`a siren at ${String(level)}`, filled(4, (n) => level * Math.sin((2 * Math.PI * 700 * n) / RATE + 300 * tone(n, 0.5)))],
    ];
  }),
]);
