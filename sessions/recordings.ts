import type { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { BlobStore, ByteRange } from './blobs/blob-store.ts';
import { clockSkew } from './batch.ts';
import type { Database } from './database.ts';
import { checkId, isId, missing } from './missing.ts';

/** What a coach says of the sound that it hands over. */
export interface RecordingAbout {
  /** Unix ms of its beginning, by the sender’s clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** `audio/…` */
  readonly contentType: string;
  /** Unix ms by the sender’s clock, for a service whose clock is another. */
  readonly sentAt?: number | undefined;
}

/** A recording that is there. `startedAt`: Unix ms by the service’s clock. */
export interface KeptRecording {
  readonly session: string;
  readonly term: number;
  /** Of its blob. */
  readonly key: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly contentType: string;
}

/** A recording to be read. */
export interface OpenRecording extends KeptRecording {
  /** The whole or a part. @throws CodedError RECORDING_UNKNOWN, BLOBS_UNAVAILABLE */
  stream(range?: ByteRange): Promise<Readable>;
}

/** The sound of the sessions whose learners agreed to it, one recording a term. */
export class Recordings {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  constructor({ database, blobs, clock }: { database: Database; blobs: BlobStore; clock: Clock }) {
    this.#database = database;
    this.#blobs = blobs;
    this.#clock = clock;
  }

  /**
   * Keeps the sound of a term; sent again it takes the place of what was there.
   * @throws CodedError RECORDING_REFUSED, LEASE_LOST for a term that never began, REQUEST_INVALID, BLOBS_UNAVAILABLE,
   * SESSION_UNKNOWN, SESSION_ERASED; `body` is not read to its end then
   */
  async put(id: string, term: number, about: RecordingAbout, body: Readable): Promise<KeptRecording> {
    checkId(id);
    check(term, about);
    const now = this.#clock.wall();
    const startedAt = about.startedAt + clockSkew(about.sentAt ?? now, now);
    const key = `${id}/${String(term)}`;
    // Noted before there is a blob: whatever happens, none is forgotten.
    await this.#database.write(async (transaction) => {
      const session = await transaction.selectFrom('sessions').select(['record_agreed', 'term']).where('id', '=', id).executeTakeFirst();
      if (session === undefined) throw await missing(transaction, id);
      if (session.record_agreed !== 1) throw new CodedError('RECORDING_REFUSED', { session: id });
      if (term > session.term) throw new CodedError('LEASE_LOST', { session: id });
      await transaction.insertInto('recordings').values({ session_id: id, term, key, created_at: now, started_at: null, duration_ms: null, bytes: null, content_type: null })
        .onConflict((conflict) => conflict.columns(['session_id', 'term']).doNothing()).execute();
    });
    const bytes = await this.#blobs.put(key, body, about.contentType);
    const recording: KeptRecording = { session: id, term, key, startedAt, durationMs: about.durationMs, bytes, contentType: about.contentType };
    await this.#settle(recording);
    return recording;
  }

  /** @throws CodedError RECORDING_UNKNOWN */
  async open(id: string, term: number): Promise<OpenRecording> {
    const recording = (isId(id) ? await this.list([id]) : []).find((one) => one.term === term);
    if (recording === undefined) throw new CodedError('RECORDING_UNKNOWN');
    return {
      ...recording,
      stream: async (range) => {
        const stream = await this.#blobs.get(recording.key, range);
        if (stream === undefined) throw new CodedError('RECORDING_UNKNOWN');
        return stream;
      },
    };
  }

  /** Those of some sessions that are there, by session and term. */
  async list(ids: readonly string[]): Promise<KeptRecording[]> {
    if (ids.length === 0) return [];
    const rows = await this.#database.read((queries) =>
      queries.selectFrom('recordings').innerJoin('sessions', 'sessions.id', 'recordings.session_id').selectAll('recordings').where('session_id', 'in', ids).orderBy('session_id').orderBy('recordings.term').execute());
    return rows.flatMap(({ session_id: session, term, key, started_at: startedAt, duration_ms: durationMs, bytes, content_type: contentType }) =>
      (startedAt === null || durationMs === null || bytes === null || contentType === null ? [] : [{ session, term, key, startedAt, durationMs, bytes, contentType }]));
  }

  /** Notes that the blob is there; where the session has gone meanwhile, the blob follows it. */
  async #settle({ session, term, key, startedAt, durationMs, bytes, contentType }: KeptRecording): Promise<void> {
    const gone = await this.#database.write(async (transaction) => {
      const { numUpdatedRows } = await transaction.updateTable('recordings').set({ started_at: startedAt, duration_ms: durationMs, bytes, content_type: contentType })
        .where('session_id', '=', session).where('term', '=', term)
        .where((row) => row.exists(row.selectFrom('sessions').select('id').where('id', '=', session))).executeTakeFirst();
      return numUpdatedRows === 0n ? missing(transaction, session) : undefined;
    });
    if (gone === undefined) return;
    await this.#blobs.remove(key);
    throw gone;
  }
}

/** @throws CodedError REQUEST_INVALID */
function check(term: number, { startedAt, durationMs, contentType, sentAt = 0 }: RecordingAbout): void {
  const numbers = [term, startedAt, durationMs, sentAt].every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 51) && term >= 1;
  if (!numbers) throw new CodedError('REQUEST_INVALID', { reason: 'the term, the beginning or the length of the recording is out of range' });
  // It is served to a browser as it is called here.
  if (!/^audio\/[\w.+-]{1,40}(?:;[ \w.+="-]{0,60})?$/.test(contentType)) throw new CodedError('REQUEST_INVALID', { reason: 'a recording is of a type audio/…' });
}
