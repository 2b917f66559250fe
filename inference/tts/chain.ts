import type { Breaker } from '../../core/breaker.ts';
import { systemClock, type Clock } from '../../core/clock.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { splitClauses } from '../../protocol/clauses.ts';
import { PRIORITY } from '../process/compute-gate.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import type { Recording } from './recording.ts';
import { pauseAfter, withPause } from './silence.ts';

export interface Level {
  readonly engine: SpeechEngine;
  readonly breaker: Breaker;
  /** Longest wait for the first sound, ms. Once it speaks it may take twice as long: to break off is worse than to falter. */
  readonly deadline: number;
}

/** The levels in order: an utterance is spoken by the first that begins in time. */
export class SpeechChain {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #onFallback: (from: string) => void;

  constructor({ log, clock = systemClock, onFallback = () => undefined }: { log: Logger; clock?: Clock; onFallback?: (from: string) => void }) {
    this.#log = log;
    this.#clock = clock;
    this.#onFallback = onFallback;
  }

  /**
   * Speaks into `recording`. Resolves with the level that does, when its first sound is there. If that level fails
   * later, the recording ends with SPEECH_INTERRUPTED: who owns the clauses decides where another goes on.
   * @throws CodedError SPEECH_UNAVAILABLE when no level began
   */
  async speak(request: UtteranceRequest, levels: readonly Level[], recording: Recording, signal: AbortSignal): Promise<Level> {
    let reason = 'no level is configured';
    for (const level of levels) {
      const { name } = level.engine;
      try {
        await this.#begin(level, request, recording, signal);
        return level;
      } catch (error) {
        signal.throwIfAborted();
        reason = error instanceof Error ? error.message : String(error);
        this.#log.warn({ level: name, code: isCodedError(error) ? error.code : 'INTERNAL', reason }, 'a level of speech failed');
        this.#onFallback(name);
      }
    }
    throw new CodedError('SPEECH_UNAVAILABLE', { reason });
  }

  #begin(level: Level, request: UtteranceRequest, recording: Recording, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!level.engine.available()) throw new CodedError('ENGINE_UNAVAILABLE', { engine: level.engine.name, reason: 'it is not ready' });
      const whole = level.breaker.run(async () => {
        for await (const chunk of this.#sound(level, request, signal)) {
          recording.push(chunk);
          resolve();
        }
      });
      whole.then(
        () => recording.finish(),
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
          if (!recording.begun) return;
          const interrupted = new CodedError('SPEECH_INTERRUPTED', { level: level.engine.name, samples: recording.samples }, { cause: error });
          if (!signal.aborted) this.#log.warn({ level: level.engine.name, samples: recording.samples, reason: String(error) }, 'speech was interrupted');
          recording.fail(signal.aborted ? signal.reason : interrupted);
        },
      );
    });
  }

  /** Clause by clause, so that each begins soon and none is too long for an engine. */
  async *#sound(level: Level, request: UtteranceRequest, signal: AbortSignal): AsyncGenerator<Int16Array, void> {
    const engine = level.engine.name;
    for (const text of splitClauses(request.text)) {
      const clause: UtteranceRequest = {
        ...request,
        text,
        get priority() {
          return request.priority; // it may be raised on the way
        },
      };
      const audio = this.#inTime(level, request, (stop) => level.engine.synthesize(clause, stop), signal);
      yield* withPause(audio, { engine, pauseMs: pauseAfter(text, request.speed) });
    }
  }

  /** Ends with an error when the level is late. Who renders ahead has time. */
  async *#inTime({ engine, deadline }: Level, { priority }: UtteranceRequest, start: (stop: AbortSignal) => AsyncIterable<Int16Array>, signal: AbortSignal): AsyncGenerator<Int16Array, void> {
    const late = new AbortController();
    const watch = (ms: number): (() => void) =>
      priority === PRIORITY.ahead
        ? () => undefined
        : this.#clock.after(ms, () => late.abort(new CodedError('ENGINE_FAILED', { engine: engine.name, reason: `no sound for ${ms} ms` })));
    let unwatch = watch(deadline);
    try {
      for await (const chunk of start(AbortSignal.any([signal, late.signal]))) {
        unwatch();
        yield chunk;
        unwatch = watch(2 * deadline);
      }
    } finally {
      unwatch();
    }
  }
}
