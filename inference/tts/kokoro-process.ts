import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedEngine } from '../process/messages.ts';
import { AdainStatistics, HAR_WIDTH, X_WIDTH } from './adain-statistics.ts';
import { rounds, type Chunk } from './chunk-plan.ts';
import { KokoroAlphabet, KokoroStyles, STYLE_WIDTH } from './kokoro-styles.ts';
import { Phonemizer } from './phonemes.ts';
import { toPcm } from './to-speech-rate.ts';
import { Vocoder } from './vocoder.ts';
import type { Voice } from './voices.ts';

export interface KokoroOptions {
  /** Folder with front.onnx, generator.onnx, vocab.json and voices/. */
  readonly models: string;
  readonly threads: number;
  readonly voices: readonly Pick<Voice, 'id' | 'language' | 'gain' | 'share'>[];
}

export interface KokoroArgs {
  /** A clause or a few, short enough for MAX_TOKENS phonemes. */
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  readonly speed: number;
  /** Nobody waits for it: every chunk stays short, so that whoever does wait gets in between. */
  readonly patient?: boolean;
}

/** A frame of decoder features is 12.5 ms of speech: 300 samples at 24 kHz, and 60 rows of the harmonic source. */
const SAMPLES_PER_FRAME = 300;
const HAR_PER_FRAME = 60;
/** Frames that a chunk sees beyond both its ends; their sound is cut away. More bring it no nearer to the whole. */
const CONTEXT = 5;
/** Samples over which the sound of one chunk goes over into that of the next: 5 ms. */
const FADE = 120;
/** Durations come in steps of 25 ms. */
const FRAMES_PER_STEP = 2;
/** How long before the end of the first token (padding) a sound was ever seen to begin: 120 ms, and a margin. */
const EARLIEST_ONSET = 12;
/** The last two tokens (a mark, padding) are silent, but for at most this long: 200 ms. */
const SURE_TAIL = 16;

interface LoadedVoice {
  readonly styles: KokoroStyles;
  readonly statistics: AdainStatistics;
  readonly gain: number;
}

/** Kokoro-82M (Apache-2.0), streaming: a front (phonemes → features), then a vocoder in chunks. */
export async function load({ models, threads, voices }: KokoroOptions): Promise<LoadedEngine> {
  const front = await InferenceSession.create(join(models, 'front.onnx'), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Threads that spin between runs would take the cores from whoever else computes.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const vocoder = await Vocoder.load(join(models, 'generator.onnx'), threads);
  const alphabet = new KokoroAlphabet(models);
  const loaded = new Map(voices.map((voice) => [voice.id, loadVoice(models, voice)]));
  const phonemizer = new Phonemizer();
  phonemizer.warm(new Set(voices.map(({ language }) => language)));

  async function* synthesize({ text, voice, language, speed, patient = false }: KokoroArgs, signal?: AbortSignal): AsyncGenerator<Int16Array> {
    const speaker = loaded.get(voice);
    if (speaker === undefined) throw new Error(`no voice ${voice}`);
    const tokens = alphabet.tokens(await phonemizer.phonemes(text, language));
    if (tokens.length === 0) return;
    const features = await runFront(front, tokens, speaker, speed);
    let before: Float32Array = new Float32Array(0);
    for (const round of rounds(audibleFrames(features), { threads: vocoder.threads, patient })) {
      if (signal?.aborted === true) return;
      const made = round.map((chunk) => vocode(vocoder, features, chunk));
      for (const piece of made) piece.catch(() => undefined); // awaited below, unless the listener has left before
      for (const piece of made) {
        const { sound, beyond } = await piece;
        yield toPcm(faded(before, sound), speaker.gain);
        before = beyond;
      }
    }
  }

  // The first run of a session is slow: it is nobody's first clause.
  for (const { id, language } of voices.slice(0, 1)) {
    const warmUp = synthesize({ text: 'Bonjour.', voice: id, language, speed: 1 });
    while ((await warmUp.next()).done !== true);
  }
  return { info: { voices: voices.map(({ id }) => id) }, methods: { synthesize } };
}

function loadVoice(models: string, voice: KokoroOptions['voices'][number]): LoadedVoice {
  const statistics = new AdainStatistics(new URL(`./statistics/${voice.id}.bin`, import.meta.url));
  return { styles: new KokoroStyles(models, voice), statistics, gain: voice.gain };
}

interface Features {
  /** frames × X_WIDTH */
  readonly x: Float32Array;
  /** (frames × HAR_PER_FRAME + 1) × HAR_WIDTH */
  readonly har: Float32Array;
  readonly style: Float32Array<ArrayBuffer>;
  readonly statistics: Float32Array<ArrayBuffer>;
  /** Of each token, in frames. */
  readonly durations: readonly number[];
}

async function runFront(front: InferenceSession, tokens: readonly number[], speaker: LoadedVoice, speed: number): Promise<Features> {
  const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
  const result = await front.run({
    tokens: new Tensor('int64', padded, [1, padded.length]),
    style: new Tensor('float32', speaker.styles.of(tokens.length), [1, STYLE_WIDTH]),
    speed: new Tensor('float32', [speed], [1]),
  });
  const [x, har] = [floats(result['x']), floats(result['har'])];
  return {
    x,
    har,
    style: Float32Array.from(floats(result['style_dec'])),
    statistics: Float32Array.from(speaker.statistics.predict(x, har)),
    durations: Array.from(output(result['durations']).data as BigInt64Array, (steps) => Number(steps) * FRAMES_PER_STEP),
  };
}

/**
 * The model begins and ends an utterance with 0.2 to 0.4 s of silence, in the tokens of its padding and in the last
 * mark: time that a listener would wait and the vocoder would work for nothing.
 */
export function audibleFrames({ durations }: Pick<Features, 'durations'>): Chunk {
  const frames = durations.reduce((sum, duration) => sum + duration, 0);
  const from = Math.max(0, (durations[0] ?? 0) - EARLIEST_ONSET);
  const tail = (durations.at(-1) ?? 0) + (durations.at(-2) ?? 0);
  return { from, to: Math.max(from, frames - Math.min(tail, SURE_TAIL)) };
}

interface Vocoded {
  readonly sound: Float32Array;
  /** The first FADE samples of what follows, as they look from here. */
  readonly beyond: Float32Array;
}

/** `sound`, into which `before`, what the chunk before it made of its beginning, fades: the wave does not bend where they meet. */
export function faded(before: Float32Array, sound: Float32Array): Float32Array {
  return sound.map((sample, n) => (n < before.length ? sample + (1 - (n + 0.5) / before.length) * ((before[n] ?? 0) - sample) : sample));
}

async function vocode(vocoder: Vocoder, { x, har, style, statistics }: Features, { from, to }: Chunk): Promise<Vocoded> {
  const first = Math.max(0, from - CONTEXT);
  const last = Math.min(x.length / X_WIDTH, to + CONTEXT);
  const audio = await vocoder.run({
    x: x.slice(first * X_WIDTH, last * X_WIDTH),
    har: har.slice(first * HAR_PER_FRAME * HAR_WIDTH, (last * HAR_PER_FRAME + 1) * HAR_WIDTH),
    style,
    statistics,
  });
  const end = (to - first) * SAMPLES_PER_FRAME;
  return { sound: audio.subarray((from - first) * SAMPLES_PER_FRAME, end), beyond: audio.slice(end, end + FADE) };
}

function output(value: Tensor | undefined): Tensor {
  if (value === undefined) throw new Error('the model lacks an output');
  return value;
}

function floats(value: Tensor | undefined): Float32Array {
  const { data } = output(value);
  if (data instanceof Float32Array) return data;
  throw new Error('the model has outputs of an unexpected type');
}
