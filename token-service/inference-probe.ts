import type { Clock } from '../core/clock.ts';
import type { HealthStatus } from '../protocol/health.ts';
import { InferenceClient } from '../protocol/clients/inference.ts';

/** An answer is good for this long, in ms. */
const FRESH = 3_000;
const TIMEOUT = 1_000;

export interface InferenceSight {
  readonly status: HealthStatus;
  readonly detail?: string;
  /** Who leads: a language model where one is configured, even if it rests at this moment. */
  readonly coach: 'llm' | 'scripted';
}

/** What inference says of itself, asked at most every few seconds however many ask here. */
export class InferenceProbe {
  readonly #client: InferenceClient;
  readonly #clock: Clock;
  #last: { readonly at: number; readonly sight: Promise<InferenceSight> } | undefined;

  constructor(urls: readonly string[], clock: Clock) {
    this.#client = new InferenceClient(urls);
    this.#clock = clock;
  }

  look(): Promise<InferenceSight> {
    const now = this.#clock.now();
    if (this.#last === undefined || now - this.#last.at >= FRESH) this.#last = { at: now, sight: this.#ask() };
    return this.#last.sight;
  }

  async #ask(): Promise<InferenceSight> {
    try {
      const { status, parts } = await this.#client.health(AbortSignal.timeout(TIMEOUT));
      const ailing = Object.entries(parts).filter(([, part]) => part.status !== 'ok').map(([name]) => name);
      return { status, coach: parts['llm'] === undefined ? 'scripted' : 'llm', ...(ailing.length === 0 ? {} : { detail: `not well: ${ailing.join(', ')}` }) };
    } catch {
      return { status: 'down', detail: 'it does not answer', coach: 'scripted' };
    }
  }
}
