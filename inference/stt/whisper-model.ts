import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bindTo } from '../process/gpu.ts';
import { HOP } from './log-mel.ts';
import { Tokenizer } from './tokenizer.ts';

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
  /** Scores [heads that follow the audio, tokens, positions] before softmax, where they were asked for. */
  readonly attention: Float32Array | undefined;
}

/** What differs from one size to the next, as the files themselves tell. */
interface Shape {
  /** Of the decoder. */
  readonly layers: readonly number[];
  readonly heads: number;
  readonly headSize: number;
  readonly melBands: number;
  readonly vocabulary: number;
}

/** Whisper of any size as an encoder and a decoder with a cache, with weights of 8 bits for a CPU or of 16 for a GPU. */
export class WhisperModel {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: number;
  readonly melBands: number;
  /** Before the first token. */
  readonly emptyCache: TokenCache;
  /** Added to the logits: −∞ for tokens that are no speech (brackets, notes, "[music]"), by the model's own list. */
  readonly textMask: Float32Array;
  /** Also without a blank or an immediate end: for the first token. */
  readonly firstMask: Float32Array;
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #layers: readonly number[];

  private constructor(folder: string, encoder: InferenceSession, decoder: InferenceSession) {
    const { suppress_ids, suppress_ids_begin } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { suppress_ids: number[]; suppress_ids_begin: number[] };
    const vocabularies = ['vocabulary.txt', 'vocabulary.json'].map((file) => join(folder, file)) as [string, string];
    this.tokenizer = new Tokenizer(vocabularies.find((file) => existsSync(file)) ?? vocabularies[0]);
    this.#encoder = encoder;
    this.#decoder = decoder;
    const { layers, heads, headSize, melBands, vocabulary } = shapeOf(encoder, decoder);
    this.#layers = layers;
    this.melBands = melBands;
    this.vocabulary = vocabulary;
    this.emptyCache = { length: 0, tensors: Object.fromEntries(layers.flatMap((layer) => ['pk', 'pv'].map((name) => [`${name}${layer}`, new Tensor('float32', new Float32Array(0), [1, heads, 0, headSize])]))) };
    this.textMask = new Float32Array(this.tokenizer.endOfText + 1);
    for (const id of suppress_ids) if (id < this.textMask.length) this.textMask[id] = -Infinity;
    this.firstMask = this.textMask.slice();
    for (const id of suppress_ids_begin) this.firstMask[id] = -Infinity;
  }

  /**
   * @param folder holds config.json, vocabulary.txt or .json, and enc_q8.onnx and dec_q8.onnx; for a GPU enc_f16.onnx and dec_f16.onnx
   * @param uuid of the GPU, which from then on is the only one that this process sees; undefined: the CPU
   */
  static async load(folder: string, threads: number, uuid?: string): Promise<WhisperModel> {
    if (uuid !== undefined) bindTo(uuid);
    const options = { ...sessionOptions(threads), ...(uuid !== undefined && { executionProviders: [{ name: 'cuda' as const, deviceId: 0 }] }) };
    const kind = uuid === undefined ? 'q8' : 'f16';
    const [encoder, decoder] = await Promise.all([`enc_${kind}.onnx`, `dec_${kind}.onnx`].map((file) => InferenceSession.create(join(folder, file), options))) as [InferenceSession, InferenceSession];
    return new WhisperModel(folder, encoder, decoder);
  }

  /** @param spectrogram melBands rows of `frames` values, an even number, at most 3,000 */
  async encode(spectrogram: Float32Array, frames: number): Promise<AudioFeatures> {
    const tensors = await this.#encoder.run({ mel: new Tensor('float32', spectrogram, [1, this.melBands, frames]) });
    return { tensors, positions: frames / 2 };
  }

  /** Reads `tokens` after those of `cache`. */
  async decode(features: AudioFeatures, cache: TokenCache, tokens: readonly number[], attention: boolean): Promise<DecoderStep> {
    const wanted = ['logits', ...this.#layers.flatMap((layer) => [`nk${layer}`, `nv${layer}`]), ...(attention ? ['qk'] : [])];
    const input = new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
    const output = await this.#decoder.run({ tokens: input, ...cache.tensors, ...features.tensors }, wanted);
    const kept = this.#layers.flatMap((layer) => [[`pk${layer}`, output[`nk${layer}`] as Tensor], [`pv${layer}`, output[`nv${layer}`] as Tensor]]);
    return {
      logits: output['logits']?.data as Float32Array,
      cache: { length: cache.length + tokens.length, tensors: Object.fromEntries(kept) as Record<string, Tensor> },
      attention: output['qk']?.data as Float32Array | undefined,
    };
  }
}

function shapeOf(encoder: InferenceSession, decoder: InferenceSession): Shape {
  const dimensions = (list: InferenceSession['inputMetadata'], name: string): readonly (number | string)[] => {
    const found = list.find((entry) => entry.name === name);
    if (!found?.isTensor) throw new Error(`the model has no ${name}`);
    return found.shape;
  };
  const [, heads, , headSize] = dimensions(decoder.inputMetadata, 'pk0');
  return {
    layers: decoder.inputNames.filter((name) => name.startsWith('pk')).map((_, layer) => layer),
    heads: Number(heads),
    headSize: Number(headSize),
    melBands: Number(dimensions(encoder.inputMetadata, 'mel')[1]),
    vocabulary: Number(dimensions(decoder.outputMetadata, 'logits')[2]),
  };
}

/** The cache as it was after its first `length` tokens. */
export function truncated(cache: TokenCache, length: number): TokenCache {
  if (length === cache.length) return cache;
  const cut = ({ data, dims: [, heads = 0, , headSize = 0] }: Tensor): Tensor => {
    const rows = new Float32Array(heads * length * headSize);
    for (let head = 0; head < heads; head++) {
      const from = head * cache.length * headSize;
      rows.set((data as Float32Array).subarray(from, from + length * headSize), head * length * headSize);
    }
    return new Tensor('float32', rows, [1, heads, length, headSize]);
  };
  return { length, tensors: Object.fromEntries(Object.entries(cache.tensors).map(([name, tensor]) => [name, cut(tensor)])) };
}

/** Threads that spin while they wait would take the cores from every other engine of this machine. */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3, extra: { session: { intra_op: { allow_spinning: '0' } } } };
}
