import type { EndReason } from '../protocol/session-events.ts';

/** The tables, the same on SQLite and PostgreSQL: texts and whole numbers only. Times are Unix ms by the service's clock. */
export interface Tables {
  lessons: LessonRow;
  sessions: SessionRow;
  terms: TermRow;
  events: EventRow;
  recordings: RecordingRow;
  erased_sessions: { id: string; erased_at: number };
}

/** An exercise and its persona as they were, once for all the sessions that were led by them. */
export interface LessonRow {
  hash: string;
  exercise_id: string;
  title: string;
  language: string;
  coach_id: string;
  coach_name: string;
  /** JSON of both. */
  content: string;
}

export interface SessionRow {
  id: string;
  room: string;
  learner_id: string;
  lesson_hash: string;
  /** Whether the learner agreed to be recorded: 1 or 0. */
  record_agreed: number;
  created_at: number;
  ended_at: number | null;
  end_reason: EndReason | null;
  /** Claims of the lease so far. */
  term: number;
  /** Who claimed last; null once given back. */
  holder: string | null;
  lease_until: number;
  /** Of the learner. */
  turns: number;
  words: number;
  /** Of either side: when speech began, and when it was last heard. */
  first_word_at: number | null;
  last_word_at: number | null;
}

interface TermRow {
  session_id: string;
  term: number;
  holder: string;
  claimed_at: number;
  last_seq: number;
  /** 1 after its `session_ended`. */
  over: number;
}

export interface EventRow {
  session_id: string;
  term: number;
  seq: number;
  at: number;
  type: string;
  /** The event as JSON, whole. */
  body: string;
}

/** A recording, or one that is being written: then what is known afterwards is null. Outlives its session until its blob is gone. */
interface RecordingRow {
  session_id: string;
  term: number;
  /** Of the blob. */
  key: string;
  created_at: number;
  started_at: number | null;
  duration_ms: number | null;
  bytes: number | null;
  content_type: string | null;
}
