import { randomUUID } from 'node:crypto';
import type { Exercise } from '../coaching/exercise.ts';
import type { Persona } from '../coaching/persona.ts';
import type { EndReason } from '../protocol/session-events.ts';
import type { Database } from './database.ts';
import { keptSession, type KeptSession } from './kept-session.ts';
import type { LeaseTime } from './lease-time.ts';
import { lessonRow, type LessonShelf } from './lesson-shelf.ts';
import { checkId, isId, missing } from './missing.ts';
import type { SessionRow } from './tables.ts';

/** What a session begins with. */
export interface NewSession {
  readonly room: string;
  /** Id of the learner whose session it is. */
  readonly learner: string;
  readonly exercise: Exercise;
  readonly persona: Persona;
  /** Whether the learner agreed to be recorded. */
  readonly record: boolean;
}

const NEW = { ended_at: null, end_reason: null, term: 0, holder: null, lease_until: 0, turns: 0, words: 0, first_word_at: null, last_word_at: null } as const;

/** Which sessions there are, from their beginning to their end. */
export class Sessions {
  readonly #database: Database;
  readonly #lessons: LessonShelf;
  readonly #time: LeaseTime;

  constructor({ database, lessons, time }: { database: Database; lessons: LessonShelf; time: LeaseTime }) {
    this.#database = database;
    this.#lessons = lessons;
    this.#time = time;
  }

  /** @throws CodedError DATABASE_…; then there is no session. */
  async begin({ room, learner, exercise, persona, record }: NewSession): Promise<KeptSession> {
    const lesson = lessonRow(exercise, persona);
    const row: SessionRow = { ...NEW, id: randomUUID(), room, learner_id: learner, lesson_hash: lesson.hash, record_agreed: record ? 1 : 0, created_at: this.#time.now() };
    await this.#database.write(async (transaction) => {
      await transaction.insertInto('lessons').values(lesson).onConflict((conflict) => conflict.column('hash').doNothing()).execute();
      await transaction.insertInto('sessions').values(row).execute();
    });
    return this.#kept(row);
  }

  /** @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  async get(id: string): Promise<KeptSession> {
    checkId(id);
    return this.#kept(await this.#database.read(async (queries) => {
      const row = await queries.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw await missing(queries, id);
      return row;
    }));
  }

  /** The latest session of a room, if it has not ended. */
  async inRoom(room: string): Promise<KeptSession | undefined> {
    const row = await this.#database.read((queries) =>
      queries.selectFrom('sessions').selectAll().where('room', '=', room).where('ended_at', 'is', null).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst());
    return row && this.#kept(row);
  }

  /** All that have not ended, oldest first. */
  async running(): Promise<KeptSession[]> {
    const rows = await this.#database.read((queries) => queries.selectFrom('sessions').selectAll().where('ended_at', 'is', null).orderBy('created_at').orderBy('id').execute());
    return Promise.all(rows.map((row) => this.#kept(row)));
  }

  /** Ends it, and its lease. Nothing happens to one that has ended, or that is not there. */
  async end(id: string, reason: EndReason): Promise<void> {
    if (!isId(id)) return;
    await this.#database.write((transaction) =>
      transaction.updateTable('sessions').set({ ended_at: this.#time.now(), end_reason: reason, holder: null, lease_until: 0 }).where('id', '=', id).where('ended_at', 'is', null).execute());
  }

  /** The learner agreed to be recorded after all. */
  async agreeToRecording(id: string): Promise<void> {
    await this.#database.write((transaction) => transaction.updateTable('sessions').set({ record_agreed: 1 }).where('id', '=', id).execute());
  }

  /** Takes back what `begin` did: as if there had been none. */
  async forget(id: string): Promise<void> {
    if (!isId(id)) return;
    await this.#database.write((transaction) => transaction.deleteFrom('sessions').where('id', '=', id).execute());
  }

  async #kept(row: SessionRow): Promise<KeptSession> {
    return keptSession(row, await this.#lessons.get(row.lesson_hash, row.id), this.#time);
  }
}
