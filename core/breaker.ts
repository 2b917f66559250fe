import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import { CodedError } from './errors.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Keeps callers from an engine that fails again and again: after `failures` in a row nothing is tried for
 * `halfOpenAfter` ms, then one call is let through and decides.
 *
 * A call that its caller has aborted says nothing about the engine and counts neither way.
 */
export class Breaker {
  readonly name: string;
  readonly #policy: CircuitBreakerPolicy;
  readonly #halfOpenAfter: number;
  #openedAt = 0;

  constructor({ name, failures = 3, halfOpenAfter = 30_000 }: { name: string; failures?: number; halfOpenAfter?: number }) {
    this.name = name;
    this.#halfOpenAfter = halfOpenAfter;
    this.#policy = circuitBreaker(handleWhen((error) => !(error instanceof Error) || error.name !== 'AbortError'), { halfOpenAfter, breaker: new ConsecutiveBreaker(failures) });
    this.#policy.onBreak(() => (this.#openedAt = Date.now()));
  }

  get state(): BreakerState {
    switch (this.#policy.state) {
      case CircuitState.Closed:
        return 'closed';
      case CircuitState.HalfOpen:
        return 'half-open';
      case CircuitState.Open:
      case CircuitState.Isolated:
        return 'open';
    }
  }

  /** Whether a call would be refused untried. The library's state stays open until a call comes after the rest. */
  get resting(): boolean {
    return this.state === 'open' && Date.now() - this.#openedAt < this.#halfOpenAfter;
  }

  /** Calls back on every change of state. */
  onState(listener: (state: BreakerState) => void): void {
    this.#policy.onStateChange(() => listener(this.state));
  }

  /** @throws CodedError ENGINE_UNAVAILABLE without calling `work` when the breaker is open; else what `work` throws. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    // The library would let a second caller wait for the outcome of the trial call; speech cannot wait.
    if (this.state === 'half-open') throw this.#open();
    try {
      return await this.#policy.execute(work);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#open() : error;
    }
  }

  #open(): CodedError {
    return new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'it failed several times in a row and rests' });
  }
}
