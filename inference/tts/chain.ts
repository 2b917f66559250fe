import { systemClock, type Clock } from '../../core/clock.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { PassedOver } from '../../protocol/speech.ts';
import { PRIORITY } from '../process/compute-gate.ts';
import type { UtteranceRequest } from './engine.ts';
import type { Level } from './level.ts';
import { plausible } from './plausible.ts';
import type { Recording } from './recording.ts';
import { pauseAfter, withPause } from './silence.ts';

/** Told of a level that was asked and did not speak. */
export type OnFallback = (level: Level, error: unknown) => void;

/** The levels in order: a clause is spoken by the first that begins in time. */
export class SpeechChain {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #onFallback: OnFallback;

  constructor({ log, clock = systemClock, onFallback = () => undefined }: { log: Logger; clock?: Clock; onFallback?: OnFallback }) {
    this.#log = log;
    this.#clock = clock;
    this.#onFallback = onFallback;
  }

  /**
   * Speaks one clause into `recording`. Resolves with the level that does, when its first sound is there, and those that
   * were asked before it. If that level fails later, the recording ends with SPEECH_INTERRUPTED: who owns the clauses
   * decides where another goes on.
   * @throws CodedError SPEECH_UNAVAILABLE when no level began
   */
  async speak(request: UtteranceRequest, levels: readonly Level[], recording: Recording, signal: AbortSignal): Promise<{ level: Level; failed: PassedOver[] }> {
    const failed: PassedOver[] = [];
    let reason = 'no level can be asked now';
    for (const level of levels) {
      const { name } = level;
      try {
        await this.#begin(level, request, recording, signal);
        return { level, failed };
      } catch (error) {
        signal.throwIfAborted();
        reason = error instanceof Error ? error.message : String(error);
        failed.push({ level: name, reason: 'failed' });
        level.failed(error, this.#clock.wall());
        this.#log.warn({ level: name, code: isCodedError(error) ? error.code : 'INTERNAL', reason }, 'a level of speech failed');
        this.#onFallback(level, error);
      }
    }
    throw new CodedError('SPEECH_UNAVAILABLE', { reason });
  }

  #begin(level: Level, request: UtteranceRequest, recording: Recording, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
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
          const interrupted = new CodedError('SPEECH_INTERRUPTED', { level: level.name, samples: recording.samples }, { cause: error });
          if (!signal.aborted) {
            level.failed(error, this.#clock.wall());
            this.#log.warn({ level: level.name, samples: recording.samples, reason: String(error) }, 'speech was interrupted');
            this.#onFallback(level, error);
          }
          recording.fail(signal.aborted ? signal.reason : interrupted);
        },
      );
    });
  }

  #sound(level: Level, request: UtteranceRequest, signal: AbortSignal): AsyncGenerator<Int16Array, void> {
    const { text, speed } = request;
    const engine = level.name;
    const audio = this.#inTime(level, request, (stop) => level.engine.synthesize(request, stop), signal);
    return withPause(plausible(audio, { engine, text, speed }), { engine, pauseMs: pauseAfter(text, speed) });
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
