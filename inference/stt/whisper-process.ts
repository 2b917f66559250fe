// What runs in Whisper's process. It keeps no state that a caller depends on: if it dies, the same calls to the next
// process give the same answers.
import { LRUCache } from 'lru-cache';
import type { Word } from '../../protocol/transcript.ts';
import type { LoadedEngine } from '../process/messages.ts';
import { STT_SAMPLE_RATE, type HeardLanguage } from './engine.ts';
import { greedyDecode } from './greedy-decode.ts';
import { HOP, LogMel } from './log-mel.ts';
import { toFloat } from './pcm.ts';
import { isPlausible, meanLogProb } from './plausible-speech.ts';
import { WhisperModel } from './whisper-model.ts';
import type { WhisperSize } from './whisper-plans.ts';
import { alignWords } from './word-alignment.ts';

export interface WhisperProcessOptions {
  /** Of the model, absolute. */
  readonly folder: string;
  readonly threads: number;
  readonly size: WhisperSize;
  /** Of the GPU; undefined: the CPU. */
  readonly uuid?: string;
}

export interface UtteranceRequest {
  /** At most 30 s at STT_SAMPLE_RATE. */
  readonly audio: Int16Array;
  /** ISO 639-1, or ANY_LANGUAGE. */
  readonly language: string;
  readonly words: boolean;
  /** Requests of the same name begin with the same audio: what was computed for it is used again. */
  readonly utterance?: string;
  /** Tokens of an earlier hypothesis about it. */
  readonly draft?: readonly number[];
}

export interface Utterance {
  readonly text: string;
  readonly words: readonly Word[];
  readonly confidence: number;
  /** Where ANY_LANGUAGE was asked for, and the engine tells. */
  readonly heardLanguage?: HeardLanguage | undefined;
  /** To be given back as the draft of the next request. */
  readonly tokens: readonly number[];
  /** Milliseconds of each stage. */
  readonly timings: { readonly mel: number; readonly encode: number; readonly decode: number; readonly align: number };
}

const LONGEST = 30;
/**
 * Seconds of silence after the speech, and in all. Whisper was trained on 30 s and repeats itself when it is given much
 * less; with this little it rarely does, costs half, and a transcript that repeats itself is made again with more.
 */
const MARGINS = [{ after: 3, atLeast: 8 }, { after: 6, atLeast: 12 }] as const;
/** Streams that speak at once and whose spectrograms are kept. */
const KEPT_SPECTROGRAMS = 32;

export async function load({ folder, threads, size, uuid }: WhisperProcessOptions): Promise<LoadedEngine> {
  const model = await WhisperModel.load(folder, threads, uuid);
  const spectrograms = new LRUCache<string, LogMel>({ max: KEPT_SPECTROGRAMS });

  async function recognise({ audio: pcm, language, words, utterance, draft }: UtteranceRequest, signal: AbortSignal): Promise<Utterance> {
    const audio = toFloat(pcm);
    const mel = (utterance === undefined ? undefined : spectrograms.get(utterance)) ?? new LogMel(model.melBands);
    if (utterance !== undefined) spectrograms.set(utterance, mel);
    const timings = { mel: 0, encode: 0, decode: 0, align: 0 };
    let mark = performance.now();
    const lap = (stage: keyof typeof timings): void => {
      const now = performance.now();
      timings[stage] += now - mark;
      mark = now;
    };
    for (const [attempt, { after, atLeast }] of MARGINS.entries()) {
      const seconds = Math.min(LONGEST, Math.max(atLeast, audio.length / STT_SAMPLE_RATE + after));
      const frames = Math.ceil((seconds * STT_SAMPLE_RATE) / HOP / 2) * 2;
      const spectrogram = mel.spectrogram(audio, frames);
      lap('mel');
      const features = await model.encode(spectrogram, frames);
      signal.throwIfAborted();
      lap('encode');
      const maxTokens = Math.min(220, Math.ceil((audio.length / STT_SAMPLE_RATE) * 10) + 12);
      const decoded = await greedyDecode(model, features, { language, attention: words, maxTokens, signal, ...(draft && attempt === 0 && { draft }) });
      lap('decode');
      if (decoded.looped && attempt + 1 < MARGINS.length) continue;
      const confidence = Math.exp(meanLogProb(decoded));
      const text = model.tokenizer.decode(decoded.tokens).trim();
      if (!isPlausible(decoded, text)) return { text: '', words: [], confidence, tokens: [], timings };
      const aligned = words ? alignWords(decoded, model.tokenizer, audio, features.positions) : [];
      lap('align');
      return { text, words: aligned, confidence, heardLanguage: decoded.heardLanguage, tokens: decoded.tokens, timings };
    }
    throw new Error('no attempt was made');
  }

  // The first run reserves memory and, on a GPU, chooses its kernels: who speaks first does not wait for that.
  await recognise({ audio: new Int16Array(STT_SAMPLE_RATE), language: 'en', words: true }, new AbortController().signal);

  return {
    info: { model: `whisper-${size}`, device: uuid === undefined ? 'cpu' : 'cuda' },
    methods: {
      async *recognise(request: UtteranceRequest, signal: AbortSignal): AsyncGenerator<Utterance> {
        yield await recognise(request, signal);
      },
    },
  };
}
