import { EventEmitter } from 'node:events';
import type { Transaction } from 'kysely';
import { CodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { EventBatch, EventReceipt, KeptEvent, SessionEvent } from '../protocol/session-events.ts';
import { byOurClock, checkNumbers, counted, newOf } from './batch.ts';
import type { Database } from './database.ts';
import { LEASE_TTL, type LeaseTime } from './lease-time.ts';
import { checkId, missing } from './missing.ts';
import type { EventRow, SessionRow, Tables } from './tables.ts';

/** Events that were just kept, in order. */
export type AppendListener = (session: string, events: readonly KeptEvent[]) => void;

type Appending = Pick<SessionRow, 'ended_at' | 'turns' | 'words' | 'first_word_at' | 'last_word_at'> & { current: number; last_seq: number; over: number };

/** What happened in the sessions: each event once, in order, however often and late it is told. */
export class EventLog {
  readonly #database: Database;
  readonly #time: LeaseTime;
  readonly #log: Logger;
  readonly #emitter = new EventEmitter<{ appended: Parameters<AppendListener> }>().setMaxListeners(0);

  constructor({ database, time, log }: { database: Database; time: LeaseTime; log: Logger }) {
    this.#database = database;
    this.#time = time;
    this.#log = log;
  }

  /**
   * Keeps the new ones of a batch, all or none; those that are known are passed over. A batch of the current coach
   * renews its lease; an earlier coach may still tell what it had to, also after the session has ended.
   * @throws CodedError EVENTS_GAP, SESSION_OVER for events after `session_ended`, LEASE_LOST for a term that never began,
   * REQUEST_INVALID, SESSION_UNKNOWN, SESSION_ERASED
   */
  async append(id: string, batch: EventBatch): Promise<EventReceipt> {
    checkId(id);
    checkNumbers(batch);
    const now = this.#time.now();
    const events = byOurClock(batch, now);
    const { seq, kept } = await this.#database.write(async (transaction) => {
      const session = await this.#appending(transaction, id, batch.term);
      const fresh = newOf(events, session.last_seq);
      checkOpen(id, fresh, session.over === 1);
      const last = fresh.at(-1);
      if (last !== undefined) {
        await transaction.insertInto('events').values(fresh.map((event) => rowOf(id, batch.term, event))).execute();
        await transaction.updateTable('terms').set({ last_seq: last.seq, over: last.type === 'session_ended' ? 1 : 0 }).where('session_id', '=', id).where('term', '=', batch.term).execute();
      }
      await this.#follow(transaction, id, { session, fresh, current: batch.term === session.current, now });
      return { seq: last?.seq ?? session.last_seq, kept: fresh };
    });
    if (kept.length > 0) this.#emitter.emit('appended', id, kept.map((event) => ({ term: batch.term, event })));
    return { seq };
  }

  /** All events of a session, by term and number. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  past(id: string): Promise<KeptEvent[]> {
    return this.after(id, 0, 0);
  }

  /** Those after one, whether or not there is such a one. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  async after(id: string, term: number, seq: number): Promise<KeptEvent[]> {
    checkId(id);
    if (![term, seq].every(Number.isSafeInteger)) throw new CodedError('REQUEST_INVALID', { reason: 'there is no such event to go on from' });
    const rows = await this.#database.read(async (queries) => {
      const found = await queries.selectFrom('events').select(['term', 'body'])
        .where('session_id', '=', id)
        .where((event) => event.or([event('term', '>', term), event.and([event('term', '=', term), event('seq', '>', seq)])]))
        .orderBy('term').orderBy('seq').execute();
      if (found.length > 0 || (await queries.selectFrom('sessions').select('id').where('id', '=', id).executeTakeFirst()) !== undefined) return found;
      throw await missing(queries, id);
    });
    return rows.map(({ term: of, body }) => ({ term: of, event: JSON.parse(body) as SessionEvent }));
  }

  /** Calls `listener` after each batch that this process has kept. The returned function ends that. */
  onAppended(listener: AppendListener): () => void {
    // What goes wrong with a listener is nothing to whoever told the events.
    const guarded: AppendListener = (session, events) => {
      try {
        listener(session, events);
      } catch (error) {
        this.#log.error({ err: error, session }, 'who follows a session failed');
      }
    };
    this.#emitter.on('appended', guarded);
    return () => this.#emitter.off('appended', guarded);
  }

  /** The session with the term, kept from changing until the transaction is over. */
  async #appending(transaction: Transaction<Tables>, id: string, term: number): Promise<Appending> {
    const found = await transaction.selectFrom('sessions').innerJoin('terms', 'terms.session_id', 'sessions.id')
      .select(['ended_at', 'turns', 'words', 'first_word_at', 'last_word_at', 'sessions.term as current', 'last_seq', 'over'])
      .where('sessions.id', '=', id).where('terms.term', '=', term)
      // SQLite has one writer at a time, and no words for this.
      .$if(this.#database.kind === 'postgres', (query) => query.forUpdate())
      .executeTakeFirst();
    if (found !== undefined) return found;
    const session = await transaction.selectFrom('sessions').select('id').where('id', '=', id).executeTakeFirst();
    throw session === undefined ? await missing(transaction, id) : new CodedError('LEASE_LOST', { session: id });
  }

  /** What follows for the session: counters, the lease, its end. */
  async #follow(transaction: Transaction<Tables>, id: string, { session, fresh, current, now }: { session: Appending; fresh: readonly SessionEvent[]; current: boolean; now: number }): Promise<void> {
    const { turns, words, first_word_at, last_word_at } = counted(session, fresh);
    const last = fresh.at(-1);
    // A coach that was taken down has not ended it, nor has one whom another has followed.
    const end = current && session.ended_at === null && last?.type === 'session_ended' && last.reason !== 'closed' ? last : undefined;
    const renews = current && session.ended_at === null && session.over === 0 && last?.type !== 'session_ended';
    if (!renews && end === undefined && fresh.length === 0) return;
    await transaction.updateTable('sessions')
      .set({ turns, words, first_word_at, last_word_at })
      .$if(end !== undefined, (update) => update.set({ ended_at: Math.min(end?.at ?? now, now), end_reason: end?.reason ?? null, holder: null, lease_until: 0 }))
      // One that was given back stays given back.
      .$if(renews, (update) => update.set((row) => ({ lease_until: row.case().when('holder', 'is', null).then(0).else(now + LEASE_TTL).end() })))
      .where('id', '=', id)
      .execute();
  }
}

/** @throws CodedError SESSION_OVER when one of the events follows a `session_ended` */
function checkOpen(id: string, fresh: readonly SessionEvent[], over: boolean): void {
  const ended = over ? 0 : fresh.findIndex(({ type }) => type === 'session_ended') + 1 || fresh.length;
  if (fresh.length > ended) throw new CodedError('SESSION_OVER', { session: id });
}

const rowOf = (id: string, term: number, event: SessionEvent): EventRow => ({ session_id: id, term, seq: event.seq, at: event.at, type: event.type, body: JSON.stringify(event) });
