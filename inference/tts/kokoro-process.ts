import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedEngine } from '../process/messages.ts';
import { AdainStatistics, HAR_WIDTH, STATISTICS_WIDTH, X_WIDTH } from './adain-statistics.ts';
import { Phonemizer } from './phonemes.ts';
import { toPcm } from './to-speech-rate.ts';
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
/** Frames a chunk: a short one first, so that sound begins at once; then longer ones, which cost less a frame. */
const CHUNKS = [32, 48, 64, 96] as const;
const LONGEST_CHUNK = 96;
/** Frames that a chunk sees beyond both its ends; their sound is cut away. */
const CONTEXT = 6;
/** A last chunk shorter than this joins the one before it. */
const SHORTEST_CHUNK = 12;
/** Durations come in steps of 25 ms. */
const FRAMES_PER_STEP = 2;
/** How long before the end of the first token (padding) a sound was ever seen to begin: 120 ms, and a margin. */
const EARLIEST_ONSET = 12;
/** The last two tokens (a mark, padding) are silent, but for at most this long: 200 ms. */
const SURE_TAIL = 16;
/** A style for each number of phonemes; the model takes no more. */
const MAX_TOKENS = 509;
const STYLE_WIDTH = 256;

interface LoadedVoice {
  /** MAX_TOKENS + 1 rows of STYLE_WIDTH */
  readonly styles: Float32Array;
  readonly statistics: AdainStatistics;
  readonly gain: number;
}

/** Kokoro-82M (Apache-2.0), streaming: a front (phonemes → features), then a vocoder in chunks. */
export async function load({ models, threads, voices }: KokoroOptions): Promise<LoadedEngine> {
  const session = (file: string): Promise<InferenceSession> =>
    InferenceSession.create(join(models, file), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Threads that spin between runs would take the cores from whoever else computes.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  const [front, generator] = [await session('front.onnx'), await session('generator.onnx')];
  const { vocab } = JSON.parse(readFileSync(join(models, 'vocab.json'), 'utf8')) as { vocab: Readonly<Record<string, number>> };
  const loaded = new Map(voices.map((voice) => [voice.id, loadVoice(models, voice)]));
  const phonemizer = new Phonemizer();
  phonemizer.warm(new Set(voices.map(({ language }) => language)));

  async function* synthesize({ text, voice, language, speed, patient = false }: KokoroArgs, signal?: AbortSignal): AsyncGenerator<Int16Array> {
    const speaker = loaded.get(voice);
    if (speaker === undefined) throw new Error(`no voice ${voice}`);
    const tokens = toTokens(await phonemizer.phonemes(text, language), vocab);
    if (tokens.length === 0) return;
    const features = await runFront(front, tokens, speaker, speed);
    for (const { from, to } of chunks(audibleFrames(features), patient ? [] : CHUNKS, patient ? CHUNKS[0] : LONGEST_CHUNK)) {
      if (signal?.aborted === true) return;
      yield toPcm(await vocode(generator, features, from, to), speaker.gain);
    }
  }

  // The first run of a session is slow: it is nobody's first clause.
  for (const { id, language } of voices.slice(0, 1)) {
    const warmUp = synthesize({ text: 'Bonjour.', voice: id, language, speed: 1 });
    while ((await warmUp.next()).done !== true);
  }
  return { info: { voices: voices.map(({ id }) => id) }, methods: { synthesize } };
}

function loadVoice(models: string, { id, gain, share }: Pick<Voice, 'id' | 'gain' | 'share'>): LoadedVoice {
  const own = stylesOf(models, id);
  const other = share === undefined ? own : stylesOf(models, share.of);
  // Of a style, the first half is the timbre, the second the prosody.
  const part = (i: number): number => (share === undefined ? 0 : i % STYLE_WIDTH < STYLE_WIDTH / 2 ? share.timbre : share.prosody);
  return {
    styles: own.map((value, i) => value + part(i) * ((other[i] ?? 0) - value)),
    statistics: new AdainStatistics(new URL(`./statistics/${id}.bin`, import.meta.url)),
    gain,
  };
}

function stylesOf(models: string, id: string): Float32Array {
  const bytes = readFileSync(join(models, 'voices', `${id}.bin`));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Characters that Kokoro has no token for are left out. */
function toTokens(phonemes: string, vocab: Readonly<Record<string, number>>): number[] {
  return Array.from(phonemes).flatMap((letter) => vocab[letter] ?? []).slice(0, MAX_TOKENS);
}

interface Features {
  /** frames × X_WIDTH */
  readonly x: Float32Array;
  /** (frames × HAR_PER_FRAME + 1) × HAR_WIDTH */
  readonly har: Float32Array;
  readonly style: Tensor;
  readonly statistics: Tensor;
  /** Of each token, in frames. */
  readonly durations: readonly number[];
}

async function runFront(front: InferenceSession, tokens: readonly number[], speaker: LoadedVoice, speed: number): Promise<Features> {
  const row = tokens.length * STYLE_WIDTH;
  const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
  const result = await front.run({
    tokens: new Tensor('int64', padded, [1, padded.length]),
    style: new Tensor('float32', speaker.styles.slice(row, row + STYLE_WIDTH), [1, STYLE_WIDTH]),
    speed: new Tensor('float32', [speed], [1]),
  });
  const [x, har] = [floats(result['x']), floats(result['har'])];
  return {
    x,
    har,
    style: output(result['style_dec']),
    statistics: new Tensor('float32', speaker.statistics.predict(x, har), [1, STATISTICS_WIDTH]),
    durations: Array.from(output(result['durations']).data as BigInt64Array, (steps) => Number(steps) * FRAMES_PER_STEP),
  };
}

/**
 * The model begins and ends an utterance with 0.2 to 0.4 s of silence, in the tokens of its padding and in the last
 * mark: time that a listener would wait and the vocoder would work for nothing.
 */
export function audibleFrames({ durations }: Pick<Features, 'durations'>): { from: number; to: number } {
  const frames = durations.reduce((sum, duration) => sum + duration, 0);
  const from = Math.max(0, (durations[0] ?? 0) - EARLIEST_ONSET);
  const tail = (durations.at(-1) ?? 0) + (durations.at(-2) ?? 0);
  return { from, to: Math.max(from, frames - Math.min(tail, SURE_TAIL)) };
}

/** Divides frames into chunks of the lengths given, then of the longest, without gap or overlap. */
export function* chunks({ from, to }: { from: number; to: number }, lengths: readonly number[] = CHUNKS, longest: number = LONGEST_CHUNK): Generator<{ from: number; to: number }> {
  for (let at = from, i = 0; at < to; i++) {
    const end = at + (lengths[i] ?? longest);
    const chunk = { from: at, to: to - end < SHORTEST_CHUNK ? to : end };
    yield chunk;
    at = chunk.to;
  }
}

async function vocode(generator: InferenceSession, { x, har, style, statistics }: Features, from: number, to: number): Promise<Float32Array> {
  const first = Math.max(0, from - CONTEXT);
  const last = Math.min(x.length / X_WIDTH, to + CONTEXT);
  const frames = last - first;
  const harRows = frames * HAR_PER_FRAME + 1;
  const result = await generator.run({
    x: new Tensor('float32', x.subarray(first * X_WIDTH, last * X_WIDTH), [frames, X_WIDTH]),
    har: new Tensor('float32', har.subarray(first * HAR_PER_FRAME * HAR_WIDTH, (last * HAR_PER_FRAME + 1) * HAR_WIDTH), [harRows, HAR_WIDTH]),
    style,
    statistics,
  });
  return floats(result['audio']).subarray((from - first) * SAMPLES_PER_FRAME, (to - first) * SAMPLES_PER_FRAME);
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
