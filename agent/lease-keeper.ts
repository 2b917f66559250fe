import { delay, type Clock } from '../core/clock.ts';
import { isCodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { TokenServiceClient } from '../protocol/clients/token-service.ts';
import type { Lease } from '../protocol/session-lease.ts';

/** A coach that finds the lease taken waits for it: whoever held it may have died just now. */
const RETRY = 500;
const TIMEOUT = 5_000;

/**
 * Takes a session's lease, waiting until it can run out at the longest.
 * @throws CodedError LEASE_HELD when another coach is well and has it; what else the token service throws
 */
export async function claimLease(tokenService: Pick<TokenServiceClient, 'claim'>, { session, holder, clock, patience }: { session: string; holder: string; clock: Clock; patience: number }): Promise<Lease> {
  const until = clock.now() + patience;
  for (;;) {
    try {
      return await tokenService.claim(session, holder, AbortSignal.timeout(TIMEOUT));
    } catch (error) {
      const mayChange = !isCodedError(error) || error.retryable || error.code === 'LEASE_HELD';
      if (!mayChange || clock.now() >= until) throw error;
    }
    await delay(RETRY, { clock });
  }
}

export interface LeaseKeeperOptions {
  readonly tokenService: Pick<TokenServiceClient, 'renew' | 'release'>;
  readonly lease: Lease;
  /** Another coach has the session. */
  readonly onLost: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Renews a lease for as long as the coach is at work. A token service that is away gives it to nobody else. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#later();
  }

  /** Ends it, and gives the lease back; one that is not given back runs out, or the worker gives it back later. */
  async close({ release }: { release: boolean }): Promise<void> {
    this.#closed = true;
    this.#cancel();
    if (!release) return;
    const { tokenService, lease: { term, session } } = this.#options;
    await tokenService.release(session.id, term, AbortSignal.timeout(TIMEOUT)).catch(() => undefined);
  }

  #later(): void {
    this.#cancel = this.#options.clock.after(this.#options.lease.ttl / 3, () => void this.#renew().then(() => {
      if (!this.#closed) this.#later();
    }));
  }

  async #renew(): Promise<void> {
    const { tokenService, lease: { term, session }, onLost, log } = this.#options;
    try {
      await tokenService.renew(session.id, term, AbortSignal.timeout(TIMEOUT));
    } catch (error) {
      const lost = isCodedError(error) && ['LEASE_LOST', 'SESSION_ERASED', 'SESSION_UNKNOWN', 'SESSION_OVER'].includes(error.code);
      if (!lost || this.#closed) return;
      log.warn({ code: error.code }, 'the session is no longer ours');
      this.#closed = true;
      onLost();
    }
  }
}
