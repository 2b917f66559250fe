import type { Transaction } from 'kysely';
import { CodedError } from '../core/errors.ts';
import type { Database } from './database.ts';
import { LEASE_TTL, type LeaseTime } from './lease-time.ts';
import { checkId, missing } from './missing.ts';
import type { Tables } from './tables.ts';

/** One coach a session: of all that ask, on whichever replica, one has its lease. */
export class Leases {
  readonly #database: Database;
  readonly #time: LeaseTime;

  constructor({ database, time }: { database: Database; time: LeaseTime }) {
    this.#database = database;
    this.#time = time;
  }

  /**
   * Begins a new term, where nobody holds the lease or it ran out.
   * @param holder the job, for the log
   * @throws CodedError LEASE_HELD, SESSION_OVER, SESSION_UNKNOWN, SESSION_ERASED
   */
  async claim(id: string, holder: string): Promise<{ term: number }> {
    checkId(id);
    return this.#database.write(async (transaction) => {
      const now = this.#time.now();
      const held = this.#time.held();
      // The condition and the change are one statement: of two that race the second finds it held.
      const claimed = await transaction.updateTable('sessions')
        .set((row) => ({ term: row('term', '+', 1), holder, lease_until: now + LEASE_TTL }))
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .where((row) => row.or([row('holder', 'is', null), ...(held === undefined ? [] : [row('lease_until', '<', held.from), row('lease_until', '>', held.to)])]))
        .returning('term')
        .executeTakeFirst();
      if (claimed === undefined) throw await this.#refusal(transaction, id, 'LEASE_HELD');
      await transaction.insertInto('terms').values({ session_id: id, term: claimed.term, holder, claimed_at: now, last_seq: 0, over: 0 }).execute();
      return claimed;
    });
  }

  /** @throws CodedError LEASE_LOST for a term that is over, SESSION_OVER, SESSION_UNKNOWN, SESSION_ERASED */
  async renew(id: string, term: number): Promise<void> {
    await this.#change(id, term, true);
  }

  /** Gives the lease back. Of an ended session, or twice: nothing. @throws CodedError LEASE_LOST, SESSION_UNKNOWN, SESSION_ERASED */
  async release(id: string, term: number): Promise<void> {
    await this.#change(id, term, false);
  }

  async #change(id: string, term: number, renews: boolean): Promise<void> {
    checkId(id);
    if (!Number.isSafeInteger(term)) throw new CodedError('LEASE_LOST', { session: id });
    await this.#database.write(async (transaction) => {
      const { numUpdatedRows } = await transaction.updateTable('sessions')
        .set(renews ? { lease_until: this.#time.now() + LEASE_TTL } : { holder: null, lease_until: 0 })
        .where('id', '=', id)
        .where('term', '=', term)
        .$if(renews, (update) => update.where('holder', 'is not', null).where('ended_at', 'is', null))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw await this.#refusal(transaction, id, 'LEASE_LOST');
    });
  }

  /** Why nothing was changed; `otherwise`: the session is there and runs. */
  async #refusal(transaction: Transaction<Tables>, id: string, otherwise: 'LEASE_HELD' | 'LEASE_LOST'): Promise<CodedError> {
    const session = await transaction.selectFrom('sessions').select('ended_at').where('id', '=', id).executeTakeFirst();
    if (session === undefined) return missing(transaction, id);
    return new CodedError(session.ended_at === null ? otherwise : 'SESSION_OVER', { session: id });
  }
}
