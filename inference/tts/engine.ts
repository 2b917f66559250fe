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
  /** Whose share of the machine it takes; its own when undefined. */
  readonly session?: string | undefined;
}

/** One way of speaking: a level of the chain. Cache, deadline, breaker and metrics are wrapped around it from outside. */
export interface SpeechEngine {
  readonly name: SpeechLevel;
  /** Somebody else's machine: not to be measured by asking, which may cost money. */
  readonly remote?: true;
  available(): boolean;
  /** Whether it has this voice; undefined: any. */
  speaks?(request: { readonly voice: string; readonly language: string }): boolean;
  /** How long a clause of this priority would wait for the machine now, ms; none where an engine does not wait. */
  backlogMs?(priority: Priority): number;
  /** Resolves when it has started; rejects when it could not. */
  ready(): Promise<unknown>;
  /**
   * Yields 16-bit mono PCM at SPEECH_SAMPLE_RATE (24 kHz) as it is made. Leaving the loop stops the computation.
   * @throws CodedError ENGINE_UNAVAILABLE or ENGINE_FAILED
   */
  synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncIterable<Int16Array>;
  close(): Promise<void>;
}
