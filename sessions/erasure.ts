import type { Transaction } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { Database } from './database.ts';
import { checkId, missing } from './missing.ts';
import type { Tables } from './tables.ts';

/** Sessions of one transaction: others want to write, too. */
const AT_ONCE = 20;
/** Blobs that may fail before the rest is left for the next time. */
const FAILURES = 3;

/** How much has gone. */
export interface Erased {
  readonly sessions: number;
  readonly events: number;
  readonly recordings: number;
}

/**
 * Takes sessions away with all that belongs to them. Their texts go at once; a recording’s row stays until its blob is
 * gone, so that a blob store that fails leaves nothing that nobody knows of: the next erasure or retention sees to it.
 */
export class Erasure {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  constructor({ database, blobs, clock }: { database: Database; blobs: BlobStore; clock: Clock }) {
    this.#database = database;
    this.#blobs = blobs;
    this.#clock = clock;
  }

  /**
   * One session, which is SESSION_ERASED from then on. May be repeated.
   * @throws CodedError SESSION_UNKNOWN, BLOBS_UNAVAILABLE when a recording is left, of whichever erased session
   */
  async session(id: string): Promise<Erased> {
    checkId(id);
    const erased = await this.#take([id], true);
    if (erased.sessions === 0) {
      const why = await this.#database.read((queries) => missing(queries, id));
      if (why.code === 'SESSION_UNKNOWN') throw why;
    }
    await this.sweep();
    await this.#database.scrub();
    return erased;
  }

  /** All sessions of a learner. May be repeated. @throws CodedError BLOBS_UNAVAILABLE as above */
  async learner(learner: string): Promise<Erased> {
    let all: Erased = { sessions: 0, events: 0, recordings: 0 };
    for (;;) {
      const ids = await this.#database.read((queries) => queries.selectFrom('sessions').select('id').where('learner_id', '=', learner).limit(AT_ONCE).execute());
      if (ids.length === 0) break;
      all = sum(all, await this.#take(ids.map(({ id }) => id), true));
    }
    await this.sweep();
    await this.#database.scrub();
    return all;
  }

  /** Sessions that began before `oldest` (Unix ms): they were kept long enough, and are as if they had never been. */
  async before(oldest: number): Promise<Erased> {
    let all: Erased = { sessions: 0, events: 0, recordings: 0 };
    for (;;) {
      const ids = await this.#database.read((queries) => queries.selectFrom('sessions').select('id').where('created_at', '<', oldest).limit(AT_ONCE).execute());
      if (ids.length === 0) return all;
      all = sum(all, await this.#take(ids.map(({ id }) => id), false));
    }
  }

  /** Recordings that were made before `oldest` (Unix ms). @returns how many; @throws CodedError BLOBS_UNAVAILABLE */
  async recordingsBefore(oldest: number): Promise<number> {
    const rows = await this.#database.read((queries) => queries.selectFrom('recordings').select('key').where('created_at', '<', oldest).execute());
    return this.#removeRecordings(rows.map(({ key }) => key));
  }

  /** Recordings without a session. @returns how many; @throws CodedError BLOBS_UNAVAILABLE */
  async sweep(): Promise<number> {
    const rows = await this.#database.read((queries) =>
      queries.selectFrom('recordings').select('key').where((row) => row.not(row.exists(row.selectFrom('sessions').select('id').whereRef('sessions.id', '=', 'recordings.session_id')))).execute());
    return this.#removeRecordings(rows.map(({ key }) => key));
  }

  async #removeRecordings(keys: readonly string[]): Promise<number> {
    const failures: unknown[] = [];
    for (const key of keys) {
      // One that cannot be removed holds up no other; where several cannot, the store is away.
      if (failures.length >= FAILURES) break;
      try {
        await this.#blobs.remove(key);
        await this.#database.write((transaction) => transaction.deleteFrom('recordings').where('key', '=', key).execute());
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return keys.length;
  }

  #take(ids: string[], tombstones: boolean): Promise<Erased> {
    return this.#database.write(async (transaction) => {
      const events = await count(transaction, 'events', ids);
      const recordings = await count(transaction, 'recordings', ids);
      // With their terms and their events.
      const gone = await transaction.deleteFrom('sessions').where('id', 'in', ids).returning('id').execute();
      if (tombstones && gone.length > 0) {
        await transaction.insertInto('erased_sessions').values(gone.map(({ id }) => ({ id, erased_at: this.#clock.wall() }))).onConflict((conflict) => conflict.column('id').doNothing()).execute();
      }
      return { sessions: gone.length, events, recordings };
    });
  }
}

async function count(transaction: Transaction<Tables>, table: 'events' | 'recordings', ids: string[]): Promise<number> {
  const { found } = await transaction.selectFrom(table).select((row) => row.fn.countAll<number>().as('found')).where('session_id', 'in', ids).executeTakeFirstOrThrow();
  return found;
}

const sum = (a: Erased, b: Erased): Erased => ({ sessions: a.sessions + b.sessions, events: a.events + b.events, recordings: a.recordings + b.recordings });
