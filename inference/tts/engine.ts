import type { SpeechLevel } from '../../core/config.ts';
import type { Priority } from '../process/compute-gate.ts';

export interface UtteranceRequest {
  /** Normalised text of one clause or a few sentences, at most 1,000 characters. */
  readonly text: string;
  /** A persona's voice, e.g. `ff_siwis`; an engine that has no such voice speaks with its nearest one. */
  readonly voice: string;
  /** ISO 639-1. */
  readonly language: string;
  /** 1 is the voice's own pace. */
  readonly speed: number;
  readonly priority: Priority;
}

/** One way of speaking: a level of the chain. Cache, deadline, breaker and metrics are wrapped around it from outside. */
export interface SpeechEngine {
  readonly name: SpeechLevel;
  available(): boolean;
  /** Resolves when it has started; rejects when it could not. */
  ready(): Promise<unknown>;
  /**
   * Yields 16-bit mono PCM at SPEECH_SAMPLE_RATE (24 kHz) as it is made. Leaving the loop stops the computation.
   * @throws CodedError ENGINE_UNAVAILABLE or ENGINE_FAILED
   */
  synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncIterable<Int16Array>;
  close(): Promise<void>;
}
