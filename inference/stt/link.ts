import { Breaker } from '../../core/breaker.ts';
import { delay, type Clock } from '../../core/clock.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { SttEngine } from './engine.ts';
import type { SttMetrics } from './metrics.ts';

/** How long an engine rests that failed three times in a row, ms. */
const REST = 30_000;

/** One engine of the chain, with what is known of how it does. */
export class Link {
  readonly engine: SttEngine;
  readonly #breaker: Breaker;
  readonly #metrics: SttMetrics;
  readonly #clock: Clock;
  readonly #log: Logger;
  #restsUntil = 0;

  constructor(engine: SttEngine, { clock, log, metrics }: { clock: Clock; log: Logger; metrics: SttMetrics }) {
    this.engine = engine;
    this.#metrics = metrics;
    this.#clock = clock;
    this.#log = log.child({ engine: engine.name });
    this.#breaker = new Breaker({ name: engine.name, halfOpenAfter: REST });
    this.#breaker.onState((state) => {
      if (state === 'open') this.#restsUntil = clock.now() + REST;
    });
  }

  understands(language: string): boolean {
    return this.engine.languages?.includes(language) ?? true;
  }

  usable(): boolean {
    return this.engine.available() && this.restMs() === 0;
  }

  /** How long it still rests, ms. */
  restMs(): number {
    return this.#breaker.state === 'open' ? Math.max(0, this.#restsUntil - this.#clock.now()) : 0;
  }

  /** @throws what `work` throws; ENGINE_UNAVAILABLE without asking while the engine rests or is being started */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    // Not yet started again is no failure: a breaker would rest for longer than that takes.
    if (!this.engine.available()) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.engine.name, reason: 'it is being started' });
    return this.#breaker.run(work);
  }

  /** A transcript was made in a stream. */
  worked(): void {
    this.#metrics.transcriptions.inc({ engine: this.engine.name, kind: 'stream' });
    void this.#breaker.run(() => Promise.resolve()).catch(() => undefined);
  }

  /** A stream failed. Resolves when that counts. */
  async failed(error: unknown): Promise<void> {
    this.tellFailure(error);
    await this.#breaker.run(() => Promise.reject(error instanceof Error ? error : new Error(String(error)))).catch(() => undefined);
  }

  tellFailure(error: unknown): void {
    this.#metrics.errors.inc({ engine: this.engine.name, code: error instanceof CodedError ? error.code : 'INTERNAL' });
    this.#log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'transcription failed');
  }
}

/**
 * Resolves when one of the links may be usable.
 * @param until rejects when nobody waits any more
 * @throws CodedError ENGINE_UNAVAILABLE where none ever will be; what `until` rejects with
 */
export async function someoneUsable(links: readonly Link[], { clock, signal, until }: { clock: Clock; signal: AbortSignal; until: (signal: AbortSignal) => Promise<never> }): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const usable = Promise.any(links.map(async (link) => {
    if (!link.engine.available()) await link.engine.recovered(either);
    const rest = link.restMs();
    if (rest > 0) await delay(rest, { clock, signal: either });
  }));
  try {
    await Promise.race([usable, until(either)]);
  } catch (error) {
    signal.throwIfAborted();
    throw isCodedError(error) ? error : nobody();
  } finally {
    over.abort(new Error('no longer waited for'));
  }
}

/** The failure of a chain as a whole. */
export const nobody = (): CodedError => new CodedError('ENGINE_UNAVAILABLE', { engine: 'stt', reason: 'none is ready' });
