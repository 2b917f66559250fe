import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { SessionList, SessionSummary } from '../protocol/session-review.ts';
import type { Database, Queries } from './database.ts';
import { checkId, missing } from './missing.ts';
import type { LessonRow, SessionRow } from './tables.ts';

/** A session that has not ended can be gone on with for so long after its beginning, ms. */
export const RESUMABLE = 3_600_000;
/** Sessions of a page, where nobody says; and at most. */
const PAGE = { usual: 50, most: 200 };

/** Which part of a history: the sessions before a `next` that an earlier page gave. */
export interface Page {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

type Row = Pick<SessionRow, 'id' | 'learner_id' | 'room' | 'created_at' | 'ended_at' | 'end_reason' | 'record_agreed' | 'turns' | 'words' | 'first_word_at' | 'last_word_at'> & Omit<LessonRow, 'hash' | 'content'>;

/** Histories of sessions, without their events. */
export class Summaries {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor({ database, clock }: { database: Database; clock: Clock }) {
    this.#database = database;
    this.#clock = clock;
  }

  /** A learner’s sessions, newest first. @throws CodedError REQUEST_INVALID for a `before` that no page gave */
  of(learner: string, page: Page = {}): Promise<SessionList> {
    return this.#page(page, (queries) => rows(queries).where('learner_id', '=', learner));
  }

  /** Everybody’s, for operators. @throws CodedError REQUEST_INVALID */
  all(page: Page = {}): Promise<SessionList> {
    return this.#page(page, rows);
  }

  /** One session. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  async get(id: string): Promise<SessionSummary> {
    checkId(id);
    return this.#summary(await this.#database.read(async (queries) => {
      const row = await rows(queries).where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw await missing(queries, id);
      return row;
    }));
  }

  async #page({ before, limit = PAGE.usual }: Page, select: (queries: Queries) => ReturnType<typeof rows>): Promise<SessionList> {
    const size = Math.min(Math.max(1, Math.trunc(limit) || 1), PAGE.most);
    const cursor = before === undefined ? undefined : readCursor(before);
    const found = await this.#database.read((queries) =>
      newestFirst(select(queries).$if(cursor !== undefined, (query) =>
        query.where((row) => row.or([row('created_at', '<', cursor?.at ?? 0), row.and([row('created_at', '=', cursor?.at ?? 0), row('id', '<', cursor?.id ?? '')])]))), size + 1));
    const shown = found.slice(0, size);
    const last = shown.at(-1);
    return { sessions: shown.map((row) => this.#summary(row)), ...(found.length > size && last ? { next: `${String(last.created_at)}.${last.id}` } : {}) };
  }

  #summary(row: Row): SessionSummary {
    const resumable = row.ended_at === null && this.#clock.wall() - row.created_at < RESUMABLE;
    return {
      id: row.id,
      learner: row.learner_id,
      exercise: { id: row.exercise_id, title: row.title, language: row.language, coach: row.coach_name, coachId: row.coach_id },
      startedAt: new Date(row.created_at).toISOString(),
      ...(row.ended_at === null ? {} : { endedAt: new Date(row.ended_at).toISOString() }),
      ...(row.end_reason === null ? {} : { reason: row.end_reason }),
      ...(resumable ? { room: row.room } : {}),
      seconds: row.first_word_at === null || row.last_word_at === null ? 0 : Math.max(0, Math.round((row.last_word_at - row.first_word_at) / 1_000)),
      turns: row.turns,
      words: row.words,
      recorded: row.record_agreed === 1,
    };
  }
}

const rows = (queries: Queries) => queries.selectFrom('sessions').innerJoin('lessons', 'lessons.hash', 'sessions.lesson_hash')
  .select(['id', 'learner_id', 'room', 'created_at', 'ended_at', 'end_reason', 'record_agreed', 'turns', 'words', 'first_word_at', 'last_word_at', 'exercise_id', 'title', 'language', 'coach_id', 'coach_name']);

const newestFirst = (query: ReturnType<typeof rows>, limit: number) => query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();

function readCursor(text: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(text) ?? [];
  if (at === undefined || id === undefined) throw new CodedError('REQUEST_INVALID', { reason: '`before` is no `next` of an earlier page' });
  return { at: Number(at), id };
}
