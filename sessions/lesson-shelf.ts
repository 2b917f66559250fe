import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exercise } from '../coaching/exercise.ts';
import type { Persona } from '../coaching/persona.ts';
import { CodedError } from '../core/errors.ts';
import type { Database } from './database.ts';
import type { LessonRow } from './tables.ts';

/** Lessons in memory, so that a look at the running sessions reads none. */
const REMEMBERED = 100;

/** An exercise and its persona as they were when a session began. */
export interface KeptLesson {
  readonly exerciseId: string;
  readonly exercise: unknown;
  readonly persona: unknown;
}

/** Exercises with their personas, each version once. */
export class LessonShelf {
  readonly #database: Database;
  readonly #known = new LRUCache<string, KeptLesson>({ max: REMEMBERED });

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws CodedError SESSION_UNPLAYABLE when the database holds no such lesson, or none that can be read */
  async get(hash: string, session: string): Promise<KeptLesson> {
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const row = await this.#database.read((queries) => queries.selectFrom('lessons').selectAll().where('hash', '=', hash).executeTakeFirst());
    const lesson = row && read(row);
    if (lesson === undefined) throw new CodedError('SESSION_UNPLAYABLE', { session });
    this.#known.set(hash, lesson);
    return lesson;
  }
}

/** How a lesson is kept. The hash is sha-256 of both, in the order in which they were written. */
export function lessonRow(exercise: Exercise, persona: Persona): LessonRow {
  const content = JSON.stringify({ exercise, persona });
  return {
    hash: createHash('sha256').update(content).digest('hex'),
    exercise_id: exercise.id,
    title: exercise.title,
    language: exercise.language,
    coach_id: persona.id,
    coach_name: persona.name,
    content,
  };
}

function read({ exercise_id: exerciseId, content }: LessonRow): KeptLesson | undefined {
  try {
    return { exerciseId, ...(JSON.parse(content) as { exercise: unknown; persona: unknown }) };
  } catch {
    return undefined;
  }
}
