// What runs in Whisper's process. It keeps no state that a caller depends on: if it dies, the same calls to the next
// process give the same answers.
import { LRUCache } from 'lru-cache';
import type { Word } from '../../protocol/transcript.ts';
import type { LoadedEngine } from '../process/messages.ts';
import { STT_SAMPLE_RATE } from './engine.ts';
import { greedyDecode, type Decoded } from './greedy-decode.ts';
import { HOP, LogMel } from './log-mel.ts';
import { toFloat } from './pcm.ts';
import { isPhantom } from './phantom-phrases.ts';
import { WhisperModel } from './whisper-model.ts';
import { alignWords } from './word-alignment.ts';

export interface WhisperProcessOptions {
  /** Of the model, absolute. */
  readonly folder: string;
  readonly threads: number;
}

export interface UtteranceRequest {
  /** At most 30 s at STT_SAMPLE_RATE. */
  readonly audio: Int16Array;
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
/** Below this mean log-probability a transcript is a guess (openai/whisper's own threshold is −1). */
const GUESS = -1;
/** Streams that speak at once and whose spectrograms are kept. */
const KEPT_SPECTROGRAMS = 32;

export async function load({ folder, threads }: WhisperProcessOptions): Promise<LoadedEngine> {
  const model = await WhisperModel.load(folder, threads);
  const spectrograms = new LRUCache<string, LogMel>({ max: KEPT_SPECTROGRAMS });

  async function recognise({ audio: pcm, language, words, utterance, draft }: UtteranceRequest, signal: AbortSignal): Promise<Utterance> {
    const audio = toFloat(pcm);
    const mel = (utterance === undefined ? undefined : spectrograms.get(utterance)) ?? new LogMel();
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
      if (!isSpeech(decoded) || isPhantom(text)) return { text: '', words: [], confidence, tokens: [], timings };
      const aligned = words ? alignWords(decoded, model.tokenizer, audio, features.positions) : [];
      lap('align');
      return { text, words: aligned, confidence, tokens: decoded.tokens, timings };
    }
    throw new Error('no attempt was made');
  }

  return {
    info: { model: 'whisper-base', device: 'cpu' },
    methods: {
      async *recognise(request: UtteranceRequest, signal: AbortSignal): AsyncGenerator<Utterance> {
        yield await recognise(request, signal);
      },
    },
  };
}

function isSpeech(decoded: Decoded): boolean {
  return decoded.tokens.length > 0 && !(decoded.noSpeech > 0.6 && meanLogProb(decoded) < GUESS);
}

const meanLogProb = ({ logProbs }: Decoded): number => logProbs.reduce((a, b) => a + b, 0) / Math.max(1, logProbs.length);
