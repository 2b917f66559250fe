import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { HOP, MEL_BANDS } from './log-mel.ts';
import { Tokenizer } from './tokenizer.ts';

const LAYERS = 6;
const HEADS = 8;
const HEAD_SIZE = 64;
/** Cross-attention heads that follow the audio, chosen by the authors of Whisper (`_ALIGNMENT_HEADS`, base). */
export const ALIGNMENT_HEADS = 8;
/** The encoder's convolution makes one position of two frames: 20 ms. */
export const SAMPLES_PER_POSITION = 2 * HOP;

/** What the encoder made of the audio: keys and values for the decoder's cross-attention. */
export interface AudioFeatures {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly positions: number;
}

/** The decoder's self-attention over the tokens it has read. */
export interface TokenCache {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly length: number;
}

export interface DecoderStep {
  /** A row of `vocabulary` logits for each token read. */
  readonly logits: Float32Array;
  readonly cache: TokenCache;
  /** Scores [ALIGNMENT_HEADS, tokens, positions] before softmax, where they were asked for. */
  readonly attention: Float32Array | undefined;
}

const layers = Array.from({ length: LAYERS }, (_, layer) => layer);

export const EMPTY_CACHE: TokenCache = {
  length: 0,
  tensors: Object.fromEntries(layers.flatMap((layer) => ['pk', 'pv'].map((name) => [`${name}${layer}`, new Tensor('float32', new Float32Array(0), [1, HEADS, 0, HEAD_SIZE])]))),
};

/** Whisper base as an encoder and a decoder with a cache, both with weights of 8 bits. */
export class WhisperModel {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: number;
  /** Added to the logits: −∞ for tokens that are no speech (brackets, notes, "[music]"), by the model's own list. */
  readonly textMask: Float32Array;
  /** Also without a blank or an immediate end: for the first token. */
  readonly firstMask: Float32Array;
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;

  private constructor(folder: string, encoder: InferenceSession, decoder: InferenceSession) {
    const { suppress_ids, suppress_ids_begin } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { suppress_ids: number[]; suppress_ids_begin: number[] };
    this.tokenizer = new Tokenizer(join(folder, 'vocabulary.txt'));
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.vocabulary = 51_865;
    this.textMask = new Float32Array(this.tokenizer.endOfText + 1);
    for (const id of suppress_ids) if (id < this.textMask.length) this.textMask[id] = -Infinity;
    this.firstMask = this.textMask.slice();
    for (const id of suppress_ids_begin) this.firstMask[id] = -Infinity;
  }

  /** `folder` holds enc_q8.onnx, dec_q8.onnx, config.json and vocabulary.txt. */
  static async load(folder: string, threads: number): Promise<WhisperModel> {
    const options = sessionOptions(threads);
    const [encoder, decoder] = await Promise.all(['enc_q8.onnx', 'dec_q8.onnx'].map((file) => InferenceSession.create(join(folder, file), options))) as [InferenceSession, InferenceSession];
    return new WhisperModel(folder, encoder, decoder);
  }

  /** @param spectrogram MEL_BANDS rows of `frames` values, an even number, at most 3,000 */
  async encode(spectrogram: Float32Array, frames: number): Promise<AudioFeatures> {
    const tensors = await this.#encoder.run({ mel: new Tensor('float32', spectrogram, [1, MEL_BANDS, frames]) });
    return { tensors, positions: frames / 2 };
  }

  /** Reads `tokens` after those of `cache`. */
  async decode(features: AudioFeatures, cache: TokenCache, tokens: readonly number[], attention: boolean): Promise<DecoderStep> {
    const wanted = ['logits', ...layers.flatMap((layer) => [`nk${layer}`, `nv${layer}`]), ...(attention ? ['qk'] : [])];
    const input = new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
    const output = await this.#decoder.run({ tokens: input, ...cache.tensors, ...features.tensors }, wanted);
    const kept = layers.flatMap((layer) => [[`pk${layer}`, output[`nk${layer}`] as Tensor], [`pv${layer}`, output[`nv${layer}`] as Tensor]]);
    return {
      logits: output['logits']?.data as Float32Array,
      cache: { length: cache.length + tokens.length, tensors: Object.fromEntries(kept) as Record<string, Tensor> },
      attention: output['qk']?.data as Float32Array | undefined,
    };
  }
}

/** The cache as it was after its first `length` tokens. */
export function truncated(cache: TokenCache, length: number): TokenCache {
  if (length === cache.length) return cache;
  const cut = ({ data }: Tensor): Tensor => {
    const rows = new Float32Array(HEADS * length * HEAD_SIZE);
    for (let head = 0; head < HEADS; head++) {
      const from = head * cache.length * HEAD_SIZE;
      rows.set((data as Float32Array).subarray(from, from + length * HEAD_SIZE), head * length * HEAD_SIZE);
    }
    return new Tensor('float32', rows, [1, HEADS, length, HEAD_SIZE]);
  };
  return { length, tensors: Object.fromEntries(Object.entries(cache.tensors).map(([name, tensor]) => [name, cut(tensor)])) };
}

/** Threads that spin while they wait would take the cores from every other engine of this machine. */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3, extra: { session: { intra_op: { allow_spinning: '0' } } } };
}
