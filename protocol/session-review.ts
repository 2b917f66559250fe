import Type, { type Static } from 'typebox';
import { EndReason } from './session-events.ts';
import { Word } from './transcript.ts';

/** A session in a learner's history. */
export const SessionSummary = Type.Object({
  id: Type.String(),
  /** Id of the learner whose it is. */
  learner: Type.String(),
  exercise: Type.Object({ id: Type.String(), title: Type.String(), language: Type.String(), coach: Type.String({ description: 'name of the coach' }), coachId: Type.String() }),
  startedAt: Type.String({ format: 'date-time' }),
  /** Absent as long as it runs. */
  endedAt: Type.Optional(Type.String({ format: 'date-time' })),
  reason: Type.Optional(EndReason),
  /** The room to ask a token for, where it can be gone on with. */
  room: Type.Optional(Type.String()),
  /** From the first word to the last one heard. */
  seconds: Type.Integer({ minimum: 0 }),
  /** Turns and words of the learner. */
  turns: Type.Integer({ minimum: 0 }),
  words: Type.Integer({ minimum: 0 }),
  recorded: Type.Boolean(),
});
export type SessionSummary = Static<typeof SessionSummary>;

/** `GET /sessions`: newest first. `next`: the `before` of the following page. */
export const SessionList = Type.Object({ sessions: Type.Array(SessionSummary), next: Type.Optional(Type.String()) });
export type SessionList = Static<typeof SessionList>;

/** A sentence of a turn; clicked, it is replayed. `at`: Unix ms. */
export const ReviewSentence = Type.Object({ text: Type.String(), at: Type.Integer(), durationMs: Type.Integer({ minimum: 0 }) });
export type ReviewSentence = Static<typeof ReviewSentence>;

export const ReviewTurn = Type.Object({
  who: Type.Union([Type.Literal('learner'), Type.Literal('coach')]),
  how: Type.Union([Type.Literal('voice'), Type.Literal('text')]),
  /** Unix ms of its first word. */
  at: Type.Integer(),
  durationMs: Type.Integer({ minimum: 0 }),
  sentences: Type.Array(ReviewSentence),
  /** The learner's words with their times, seconds from `at`. */
  words: Type.Array(Word),
  /** Of the coach: the learner took the rest of it. */
  interrupted: Type.Boolean(),
});
export type ReviewTurn = Static<typeof ReviewTurn>;

/** Plain figures of the learner's own speech; one that there was too little speech for is absent. */
export const ReviewMeasures = Type.Object({
  /** Words a minute over the learner's spoken turns, pauses included. */
  wordsPerMinute: Type.Optional(Type.Number()),
  /** The learner's speaking time ÷ both sides', 0–1. */
  talkShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Gaps of 250 ms and more between words of a turn. */
  pauses: Type.Optional(Type.Object({ count: Type.Integer(), perMinute: Type.Number(), longestMs: Type.Integer(), ratio: Type.Number({ description: 'pause time ÷ turn time' }) })),
});
export type ReviewMeasures = Static<typeof ReviewMeasures>;

/** Sound of both sides: learner left, coach right. Sound at Unix ms `t` lies `t − startedAt` ms from its beginning. */
export const ReviewRecording = Type.Object({ url: Type.String(), startedAt: Type.Integer(), durationMs: Type.Integer({ minimum: 0 }) });
export type ReviewRecording = Static<typeof ReviewRecording>;

/** `GET /sessions/:id`, for whose session it is. */
export const SessionReview = Type.Object({
  session: SessionSummary,
  turns: Type.Array(ReviewTurn),
  measures: ReviewMeasures,
  recordings: Type.Array(ReviewRecording),
});
export type SessionReview = Static<typeof SessionReview>;

/** Server-sent events of `GET /sessions/:id/live`: each `data` is a KeptEvent, its id `<term>.<seq>`. */
