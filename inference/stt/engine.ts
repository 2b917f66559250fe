import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Segment, Word } from '../../protocol/transcript.ts';
import type { Priority } from '../process/compute-gate.ts';

/** All recognition works on this: mono, −1 … 1. */
export const STT_SAMPLE_RATE = 16_000;

/** A language that was heard rather than asked for. */
export interface HeardLanguage {
  /** ISO 639-1. */
  readonly language: string;
  /** 0 … 1; undefined where the engine does not tell. */
  readonly probability?: number;
}

export interface RecognitionOptions {
  /** ISO 639-1, or ANY_LANGUAGE. */
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
  /** Where ANY_LANGUAGE was asked for, and the engine tells. */
  readonly heardLanguage?: HeardLanguage;
}

export interface StreamOptions {
  /** Of the audio pushed, Hz, 8,000 … 48,000. */
  readonly sampleRate: number;
  /** ISO 639-1, or ANY_LANGUAGE. */
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

/** How far a stream of an engine is, and what it has to say. Places are samples of the stream, at its own rate. */
export interface Heard {
  /** The engine has listened up to here. */
  readonly listened: number;
  /** Everything up to here has been told: another engine may go on from this place. In the end it is all that was pushed. */
  readonly settled: number;
  readonly message?: SttServerMessage;
}

/**
 * The stream of one engine. It reports that it listens as well as what it understands, and its iteration fails with
 * ENGINE_UNAVAILABLE or ENGINE_FAILED when the engine does: it mends nothing, because the chain goes on elsewhere.
 */
export interface EngineStream extends Omit<RecognitionStream, typeof Symbol.asyncIterator>, AsyncIterable<Heard> {}

/** One way of turning speech into text. Chain, breaker and metrics are wrapped around it from outside. */
export interface SttEngine {
  readonly name: string;
  readonly model: string;
  readonly device: string;
  /** ISO 639-1; undefined: whatever it is asked for. */
  readonly languages?: readonly string[];
  /** False while it loads or is being started again. */
  available(): boolean;
  /** The next time it is available. @throws CodedError ENGINE_UNAVAILABLE when it failed to start */
  ready(): Promise<void>;
  /** When it is available, after however many restarts. @throws CodedError ENGINE_UNAVAILABLE when it never will be */
  recovered(signal: AbortSignal): Promise<void>;
  /** Audio of any length at STT_SAMPLE_RATE. @throws CodedError ENGINE_UNAVAILABLE or ENGINE_FAILED */
  transcribe(audio: Float32Array, options: RecognitionOptions, signal?: AbortSignal): Promise<Recognition>;
  stream(options: StreamOptions): EngineStream;
  /** GPU memory in use, bytes. */
  gpuBytes?(): Promise<number>;
  close(): Promise<void>;
}

/** The word of a piece of audio that begins `seconds` into the whole. */
export const later = (word: Word, seconds: number): Word => ({ ...word, start: milli(word.start + seconds), end: milli(word.end + seconds) });

const milli = (seconds: number): number => Math.round(seconds * 1000) / 1000;
