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
  /** How long the next try is waited for, and what ends the wait. */
  #wait = RETRY.first;
  #hurry = new AbortController();
  #troubled = false;
  readonly #closing = new AbortController();

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  push(event: SessionEvent): void {
    this.#waiting.push(event);
    if (!this.#refused && !this.#isClosed()) this.#shipping ??= this.#ship();
  }

  /** Tries at once. Resolves to whether everything was taken, after `patience` ms at the latest. */
  async told(patience: number): Promise<boolean> {
    if (this.#waiting.length === 0) return true;
    const over = Promise.withResolvers();
    const cancel = this.#options.clock.after(patience, () => over.resolve(undefined));
    this.#wait = RETRY.first;
    this.#hurry.abort();
    await Promise.race([this.#shipping ?? over.promise, over.promise]);
    cancel();
    return this.#waiting.length === 0;
  }

  /** Gives up what was not taken: it is the worker's, from the disk. */
  close(): void {
    this.#closing.abort(new Error('the job ends'));
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #ship(): Promise<void> {
    const { session, term, tokenService, clock, log } = this.#options;
    const { signal } = this.#closing;
    while (this.#waiting.length > 0 && !this.#isClosed()) {
      try {
        const events = this.#waiting.slice(0, BATCH_LIMIT);
        const { seq } = await tokenService.postEvents(session, { term, sentAt: Math.round(clock.wall()), events }, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
        this.#waiting = this.#waiting.filter((event) => event.seq > seq);
        if (this.#troubled) log.info('the token service takes events again');
        this.#troubled = false;
        this.#wait = RETRY.first;
      } catch (error) {
        if (this.#isClosed()) break;
        if (!this.#troubled) log.warn({ err: error, waiting: this.#waiting.length }, 'the token service does not take events; they wait');
        this.#troubled = true;
        // What it lacks it learns from the whole box when the job is over.
        this.#refused = isRefusal(error);
        if (this.#refused) break;
        this.#hurry = new AbortController();
        await delay(this.#wait, { clock, signal: AbortSignal.any([signal, this.#hurry.signal]) }).catch(() => undefined);
        this.#wait = Math.min(this.#wait * 2, RETRY.longest);
      }
    }
    this.#shipping = undefined;
  }
}

/** Of the events themselves; a service that is in trouble may take the same ones later, whatever it says of its trouble. */
function isRefusal(error: unknown): boolean {
  return isCodedError(error) && ((error.entry.status < 500 && !error.retryable) || error.code === 'EVENTS_GAP');
}
