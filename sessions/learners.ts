import type { Clock } from '../core/clock.ts';
import type { LearnerExport } from '../protocol/learner-data.ts';
import type { Database } from './database.ts';
import type { Erased, Erasure } from './erasure.ts';
import type { EventLog } from './event-log.ts';
import type { Recordings } from './recordings.ts';
import { recordingPath } from './reviews.ts';

interface LearnerDeps {
  readonly database: Database;
  readonly events: EventLog;
  readonly recordings: Recordings;
  readonly erasure: Erasure;
  readonly clock: Clock;
}

/** What a learner may ask for: all that is kept of them, and that it goes. */
export class Learners {
  readonly #deps: LearnerDeps;

  constructor(deps: LearnerDeps) {
    this.#deps = deps;
  }

  /** Of a learner of whom nothing is kept: no sessions. */
  async export(learner: string): Promise<LearnerExport> {
    const { database, events, recordings, clock } = this.#deps;
    const rows = await database.read((queries) =>
      queries.selectFrom('sessions').innerJoin('lessons', 'lessons.hash', 'sessions.lesson_hash').selectAll('sessions').select(['exercise_id', 'title', 'language', 'coach_name'])
        .where('learner_id', '=', learner).orderBy('created_at').orderBy('id').execute());
    const sessions: LearnerExport['sessions'] = [];
    for (const row of rows) {
      sessions.push({
        id: row.id,
        room: row.room,
        exercise: { id: row.exercise_id, title: row.title, language: row.language, coach: row.coach_name },
        startedAt: new Date(row.created_at).toISOString(),
        endedAt: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
        reason: row.end_reason,
        recordingAgreed: row.record_agreed === 1,
        events: await events.past(row.id),
        recordings: (await recordings.list([row.id])).map((recording) => ({ ...recording, url: recordingPath(recording.session, recording.term) })),
      });
    }
    return { learner, exportedAt: new Date(clock.wall()).toISOString(), sessions };
  }

  /** Everything of a learner. May be repeated. @throws CodedError BLOBS_UNAVAILABLE when a recording could not be removed yet */
  erase(learner: string): Promise<Erased> {
    return this.#deps.erasure.learner(learner);
  }

  /** One session. May be repeated. @throws CodedError SESSION_UNKNOWN, BLOBS_UNAVAILABLE */
  eraseSession(id: string): Promise<Erased> {
    return this.#deps.erasure.session(id);
  }
}
