import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The first tables. A migration that has been released is never changed: what is next goes into a new one. */
export const sessions: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema.createTable('lessons')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('exercise_id', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('language', 'text', (column) => column.notNull())
      .addColumn('coach_id', 'text', (column) => column.notNull())
      .addColumn('coach_name', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .execute();
    await schema.createTable('sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('room', 'text', (column) => column.notNull())
      .addColumn('learner_id', 'text', (column) => column.notNull())
      .addColumn('lesson_hash', 'text', (column) => column.notNull().references('lessons.hash'))
      .addColumn('record_agreed', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('end_reason', 'text')
      .addColumn('term', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('holder', 'text')
      .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('turns', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('words', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('first_word_at', 'bigint')
      .addColumn('last_word_at', 'bigint')
      .execute();
    await schema.createIndex('sessions_lesson').on('sessions').column('lesson_hash').execute();
    await schema.createIndex('sessions_learner').on('sessions').columns(['learner_id', 'created_at']).execute();
    await schema.createIndex('sessions_created').on('sessions').column('created_at').execute();
    await schema.createIndex('sessions_running').on('sessions').column('room').where(sql`ended_at`, 'is', null).execute();
    await schema.createTable('terms')
      .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
      .addColumn('term', 'bigint', (column) => column.notNull())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('claimed_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seq', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('over', 'integer', (column) => column.notNull().defaultTo(0))
      .addPrimaryKeyConstraint('terms_key', ['session_id', 'term'])
      .execute();
    await schema.createTable('events')
      .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
      .addColumn('term', 'bigint', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('events_key', ['session_id', 'term', 'seq'])
      .execute();
    // Refers to no session: it stays behind an erased one until its blob is gone, too.
    await schema.createTable('recordings')
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('term', 'bigint', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('duration_ms', 'bigint')
      .addColumn('bytes', 'bigint')
      .addColumn('content_type', 'text')
      .addPrimaryKeyConstraint('recordings_key', ['session_id', 'term'])
      .execute();
    await schema.createTable('erased_sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('erased_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
