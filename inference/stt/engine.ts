import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Segment, Word } from '../../protocol/transcript.ts';
import type { Priority } from '../process/compute-gate.ts';

/** All recognition works on this: mono, −1 … 1. */
export const STT_SAMPLE_RATE = 16_000;

export interface RecognitionOptions {
  /** ISO 639-1. */
  readonly language: string;
  readonly words: boolean;
  readonly priority: Priority;
}

export interface Recognition {
  /** Empty for silence and for noise. */
  readonly text: string;
  /** Stretches of speech between pauses, in seconds from the beginning of the audio. */
  readonly segments: readonly Segment[];
  /** Seconds from the beginning of the audio; empty unless asked for. Joined by spaces they are the text. */
  readonly words: readonly Word[];
  /** 0 … 1 */
  readonly confidence: number;
}

export interface StreamOptions {
  /** Of the audio pushed, Hz, 8,000 … 48,000. */
  readonly sampleRate: number;
  /** ISO 639-1. */
  readonly language: string;
  readonly words: boolean;
  /** Whether the transcript of a pause that has only begun is wanted; see protocol/stt-stream.ts. */
  readonly preflight: boolean;
  /** Silence that ends an utterance, ms. */
  readonly endpointMs?: number;
}

/** Speech recognised while it is spoken. Iterate it for what was heard; leaving the loop closes it. */
export interface RecognitionStream extends AsyncIterable<SttServerMessage> {
  /** 16-bit mono at the stream's sample rate, in pieces of any size, at real time or faster. */
  push(pcm: Int16Array): void;
  /** No more audio: what is under way becomes a result, then the iteration ends. */
  end(): void;
  /** Stops at once. */
  close(): void;
}

/** One way of turning speech into text. Chain, breaker and metrics are wrapped around it from outside. */
export interface SttEngine {
  readonly name: string;
  readonly model: string;
  readonly device: string;
  /** False while it loads or is being started again. */
  available(): boolean;
  /** The next time it is available. @throws CodedError ENGINE_UNAVAILABLE when it never will be. */
  ready(): Promise<void>;
  /** Audio of any length at STT_SAMPLE_RATE. @throws CodedError ENGINE_UNAVAILABLE or ENGINE_FAILED */
  transcribe(audio: Float32Array, options: RecognitionOptions, signal?: AbortSignal): Promise<Recognition>;
  stream(options: StreamOptions): RecognitionStream;
  close(): Promise<void>;
}

/** The word of a piece of audio that begins `seconds` into the whole. */
export const later = (word: Word, seconds: number): Word => ({ ...word, start: milli(word.start + seconds), end: milli(word.end + seconds) });

const milli = (seconds: number): number => Math.round(seconds * 1000) / 1000;
