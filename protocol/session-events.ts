import Type, { type Static } from 'typebox';
import { Word } from './transcript.ts';

/**
 * What happens in a session, as the agent sees it, in order. `seq` counts from 1 without a gap; `at` is Unix ms;
 * word times are seconds from the beginning of the turn. Never raw audio.
 */
const event = <const Name extends string, Fields extends Parameters<typeof Type.Object>[0]>(type: Name, fields: Fields) =>
  Type.Object({ seq: Type.Integer({ minimum: 1 }), at: Type.Integer(), type: Type.Literal(type), ...fields });

const Engine = Type.Union([Type.Literal('scripted'), Type.Literal('llm')]);
const Part = Type.Union([Type.Literal('stt'), Type.Literal('tts'), Type.Literal('llm')]);

export const SessionEvent = Type.Union([
  event('session_started', { session: Type.String(), exercise: Type.String(), hash: Type.String(), language: Type.String(), coach: Engine }),
  event('learner_joined', { identity: Type.String() }),
  event('learner_left', { identity: Type.String() }),
  event('learner_turn', {
    turn: Type.Integer(),
    source: Type.Union([Type.Literal('voice'), Type.Literal('text')]),
    text: Type.String(),
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
    /** What was heard of it: the clauses played, and the part of the one that was cut. */
    text: Type.String(),
    interrupted: Type.Boolean(),
    /** Stage latencies in ms, those that were measured. */
    latency: Type.Record(Type.String(), Type.Number()),
    /** TTS levels that spoke. */
    levels: Type.Array(Type.String()),
  }),
  /** The scripted coach's or the LLM's position: enough for a replacement agent to go on. */
  event('flow_moved', { state: Type.Unknown() }),
  event('part_failed', { part: Part, code: Type.String() }),
  event('part_recovered', { part: Part }),
  event('session_ended', { reason: Type.Union([Type.Literal('time'), Type.Literal('finished'), Type.Literal('left'), Type.Literal('closed'), Type.Literal('error')]) }),
]);
export type SessionEvent = Static<typeof SessionEvent>;

type Unnumbered<Event> = Event extends SessionEvent ? Omit<Event, 'seq' | 'at'> : never;
/** An event before the outbox has numbered and dated it. */
export type NewSessionEvent = Unnumbered<SessionEvent>;
