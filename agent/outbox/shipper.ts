import { delay, type Clock } from '../../core/clock.ts';
import { isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { BATCH_LIMIT, type SessionEvent } from '../../protocol/session-events.ts';

/** Between two tries while the token service does not take them, ms: doubled each time. */
const RETRY = { first: 250, longest: 5_000 };
/** A request without an answer for so long is tried again, ms. */
const TIMEOUT = 5_000;

export interface ShipperOptions {
  readonly session: string;
  readonly term: number;
  readonly tokenService: Pick<TokenServiceClient, 'postEvents'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells the token service what happens, as it happens, in order: an event leaves only when it was taken. */
export class Shipper {
  readonly #options: ShipperOptions;
  /** Not yet known to be taken. */
  #waiting: SessionEvent[] = [];
  #shipping: Promise<void> | undefined;
  /** The token service will not take these, however often it is asked. */
  #refused = false;
  readonly #closing = new AbortController();

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  push(event: SessionEvent): void {
    this.#waiting.push(event);
    if (!this.#refused && !this.#isClosed()) this.#shipping ??= this.#ship();
  }

  /** Resolves when everything was taken (true), or after `patience` ms (false): the rest is the worker's, from the disk. */
  async close(patience: number): Promise<boolean> {
    const { clock } = this.#options;
    const cancel = clock.after(patience, () => this.#closing.abort(new Error('the job ends')));
    await this.#shipping;
    cancel();
    this.#closing.abort(new Error('the job ends'));
    return this.#waiting.length === 0;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #ship(): Promise<void> {
    const { session, term, tokenService, clock, log } = this.#options;
    const { signal } = this.#closing;
    let wait = RETRY.first;
    while (this.#waiting.length > 0 && !this.#isClosed()) {
      try {
        const events = this.#waiting.slice(0, BATCH_LIMIT);
        const { seq } = await tokenService.postEvents(session, { term, sentAt: Math.round(clock.wall()), events }, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
        this.#waiting = this.#waiting.filter((event) => event.seq > seq);
        if (wait > RETRY.first) log.info('the token service takes events again');
        wait = RETRY.first;
      } catch (error) {
        if (this.#isClosed()) break;
        if (wait === RETRY.first) log.warn({ err: error, waiting: this.#waiting.length }, 'the token service does not take events; they wait');
        // What it lacks it learns from the whole box when the job is over.
        this.#refused = isCodedError(error) && (!error.retryable || error.code === 'EVENTS_GAP');
        if (this.#refused) break;
        await delay(wait, { clock, signal }).catch(() => undefined);
        wait = Math.min(wait * 2, RETRY.longest);
      }
    }
    this.#shipping = undefined;
  }
}
