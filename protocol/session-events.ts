import Type, { type Static } from 'typebox';
import { Word } from './transcript.ts';

/**
 * What happens in a session, as the agent sees it, in order. `seq` counts from 1 without a gap within one term of a
 * coach (protocol/session-lease.ts); `at` is Unix ms; word times are seconds from the beginning of the turn. Never raw audio.
 */
const event = <const Name extends string, Fields extends Parameters<typeof Type.Object>[0]>(type: Name, fields: Fields) =>
  Type.Object({ seq: Type.Integer({ minimum: 1 }), at: Type.Integer(), type: Type.Literal(type), ...fields });

const Engine = Type.Union([Type.Literal('scripted'), Type.Literal('llm')]);
const Part = Type.Union([Type.Literal('stt'), Type.Literal('tts'), Type.Literal('llm')]);

/** `time`, `finished`: the coach closed; `left`: nobody came back; `closed`: it was taken down; `error`. */
export const EndReason = Type.Union([Type.Literal('time'), Type.Literal('finished'), Type.Literal('left'), Type.Literal('closed'), Type.Literal('error')]);
export type EndReason = Static<typeof EndReason>;

export const SessionEvent = Type.Union([
  event('session_started', { session: Type.String(), exercise: Type.String(), hash: Type.String(), language: Type.String(), coach: Engine }),
  event('learner_joined', { identity: Type.String() }),
  event('learner_left', { identity: Type.String() }),
  event('learner_turn', {
    turn: Type.Integer(),
    source: Type.Union([Type.Literal('voice'), Type.Literal('text')]),
    /** Unix ms of the first word; of typed text, when it was read. */
    startedAt: Type.Integer(),
    text: Type.String(),
    /** Of typed text: the message's own id (protocol/room.ts), the same where it came once more. */
    message: Type.Optional(Type.String({ maxLength: 64 })),
    words: Type.Array(Word),
    /** Length of the turn from first to last word, ms; 0 for typed text. */
    durationMs: Type.Integer(),
    /** From the end of the coach's speech to the learner's first sound, ms; absent where the learner barged in. */
    responseDelayMs: Type.Optional(Type.Integer()),
    interruptedCoach: Type.Boolean(),
  }),
  event('coach_turn', {
    turn: Type.Integer(),
    by: Engine,
    /** Unix ms at which it began to be heard, and for how long it was, ms; 0 where nothing was. */
    startedAt: Type.Integer(),
    durationMs: Type.Integer(),
    /** What was heard of it: the clauses played, and the part of the one that was cut. */
    text: Type.String(),
    /** The clauses that began to be heard, with where each began, ms from `startedAt`. */
    clauses: Type.Array(Type.Object({ text: Type.String(), startMs: Type.Integer({ minimum: 0 }) })),
    interrupted: Type.Boolean(),
    /** Stage latencies in ms, those that were measured. */
    latency: Type.Record(Type.String(), Type.Number()),
    /** TTS levels that spoke. */
    levels: Type.Array(Type.String()),
  }),
  /** What the coach does now, for who watches live. */
  event('coach_state', { state: Type.Union([Type.Literal('listening'), Type.Literal('thinking'), Type.Literal('speaking')]) }),
  /** The scripted coach's or the LLM's position: enough for a replacement agent to go on. */
  event('flow_moved', { state: Type.Unknown() }),
  event('part_failed', { part: Part, code: Type.String() }),
  event('part_recovered', { part: Part }),
  event('session_ended', { reason: EndReason }),
  /** A damaged disk took this one; its number keeps the order of the others. */
  event('event_lost', {}),
]);
export type SessionEvent = Static<typeof SessionEvent>;

type Unnumbered<Event> = Event extends SessionEvent ? Omit<Event, 'seq' | 'at'> : never;
/** An event before the outbox has numbered and dated it. */
export type NewSessionEvent = Unnumbered<SessionEvent>;

/** Most events of one batch. */
export const BATCH_LIMIT = 200;

/**
 * `POST /sessions/:id/events` (service token): some events of one term, in order. Those that are known already are
 * passed over; a gap is refused (EVENTS_GAP). An empty batch asks how far the service has got.
 */
export const EventBatch = Type.Object({
  term: Type.Integer({ minimum: 1 }),
  /** Unix ms by the sender's clock, for a service whose clock is another. */
  sentAt: Type.Integer(),
  events: Type.Array(SessionEvent, { maxItems: BATCH_LIMIT }),
});
export type EventBatch = Static<typeof EventBatch>;

/** Everything of the term up to `seq` is kept; 0: nothing yet. */
export const EventReceipt = Type.Object({ seq: Type.Integer({ minimum: 0 }) });
export type EventReceipt = Static<typeof EventReceipt>;

/** An event as it is kept: whose it is, and by the service's clock. */
export const KeptEvent = Type.Object({ term: Type.Integer(), event: SessionEvent });
export type KeptEvent = Static<typeof KeptEvent>;
