import { Breaker, type BreakerState } from '../../core/breaker.ts';
import type { SpeechLevel } from '../../core/config.ts';
import { isCodedError } from '../../core/errors.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import type { SpeechLevelState } from '../../protocol/inference-status.ts';
import type { PassedOver } from '../../protocol/speech.ts';
import { PRIORITY, type Priority } from '../process/compute-gate.ts';
import type { SpeechEngine } from './engine.ts';

/** Weight of the newest measurement: some ten utterances back is forgotten. */
const NEWEST = 0.2;

/** What the caller of an utterance can bear. */
export interface Wish {
  readonly priority: Priority;
  readonly voice: string;
  readonly language: string;
  /** Its first sound is due within this, ms. */
  readonly dueMs?: number | undefined;
  /** Levels that have just failed this caller. */
  readonly avoid?: readonly string[] | undefined;
}

/** A way of speaking with all that is known of it: whether it may be asked, how soon it would speak, how it failed last. */
export class Level {
  readonly engine: SpeechEngine;
  readonly breaker: Breaker;
  /** Latency to the first sound that is as it should be, ms. */
  readonly target: number;
  /** Longest wait for the first sound, ms. Once it speaks it may take twice as long: to break off is worse than to falter. */
  readonly deadline: number;
  /** An operator may switch it off for a while. */
  enabled = true;
  #firstAudioMs: number;
  #lastError: { readonly at: number; readonly code: string } | undefined;

  constructor(engine: SpeechEngine, { target, deadline }: { target: number; deadline: number }) {
    this.engine = engine;
    this.breaker = new Breaker({ name: engine.name });
    this.target = target;
    this.deadline = deadline;
    this.#firstAudioMs = target;
  }

  get name(): SpeechLevel {
    return this.engine.name;
  }

  /** Time to the first sound as this machine gives it, without waiting for others, ms: the target until it was measured. */
  get measuredMs(): number {
    return this.#firstAudioMs;
  }

  /** The first measurement replaces the target; later ones move it. */
  measured(ms: number, { first = false } = {}): void {
    this.#firstAudioMs = first ? ms : this.#firstAudioMs + NEWEST * (ms - this.#firstAudioMs);
  }

  failed(error: unknown, at: number): void {
    this.#lastError = { at, code: isCodedError(error) ? error.code : 'INTERNAL' };
  }

  /** When its first sound would be there if it was asked now, ms. */
  expectedMs(priority: Priority): number {
    return this.#firstAudioMs + (this.engine.backlogMs?.(priority) ?? 0);
  }

  /** Why it is not to be asked at all; undefined when it may be. */
  refusal({ priority, voice, language, avoid = [] }: Wish): PassedOver['reason'] | undefined {
    if (!this.enabled) return 'off';
    if (!this.engine.available()) return 'not ready';
    if (this.engine.speaks?.({ voice, language }) === false) return 'no such voice';
    if (this.breaker.resting) return 'resting';
    if (avoid.includes(this.name)) return 'avoided';
    // It would be given up before its first sound: then the next one is asked at once.
    return priority !== PRIORITY.ahead && this.expectedMs(priority) > this.deadline ? 'busy' : undefined;
  }

  state(): SpeechLevelState {
    return {
      level: this.name,
      enabled: this.enabled,
      ...this.health(),
      breaker: this.breaker.state,
      targetMs: this.target,
      measuredMs: this.#firstAudioMs,
      backlogMs: this.engine.backlogMs?.(PRIORITY.firstClause) ?? 0,
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }

  health(): { status: HealthStatus; detail?: string } {
    if (!this.enabled) return { status: 'degraded', detail: 'switched off' };
    if (!this.engine.available()) return { status: 'down', detail: 'not ready' };
    return BREAKER_HEALTH[this.breaker.state];
  }
}

const BREAKER_HEALTH: Readonly<Record<BreakerState, { status: HealthStatus; detail?: string }>> = {
  closed: { status: 'ok' },
  'half-open': { status: 'degraded', detail: 'being tried again' },
  open: { status: 'down', detail: 'failed several times in a row; rests' },
};
