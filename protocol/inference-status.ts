import Type, { type Static } from 'typebox';
import { HealthStatus } from './health.ts';

const LastError = Type.Object({ at: Type.Integer({ description: 'Unix ms' }), code: Type.String() });

export const SpeechLevelState = Type.Object({
  level: Type.String(),
  enabled: Type.Boolean({ description: 'false: an operator has switched it off' }),
  status: HealthStatus,
  detail: Type.Optional(Type.String()),
  breaker: Type.Union([Type.Literal('closed'), Type.Literal('half-open'), Type.Literal('open')]),
  targetMs: Type.Number(),
  measuredMs: Type.Number({ description: 'first sound, as this machine gives it without waiting' }),
  backlogMs: Type.Number({ description: 'how long a first clause would wait now' }),
  lastError: Type.Optional(LastError),
});
export type SpeechLevelState = Static<typeof SpeechLevelState>;

/** `GET /status` of inference: what an operator looks at. Nothing of what is said is in it. */
export const InferenceStatus = Type.Object({
  version: Type.String(),
  uptimeSeconds: Type.Integer(),
  parts: Type.Record(Type.String(), Type.Object({ status: HealthStatus, detail: Type.Optional(Type.String()) })),
  levels: Type.Array(SpeechLevelState),
  voices: Type.Array(Type.String()),
  cache: Type.Object({ entries: Type.Integer(), bytes: Type.Integer(), diskEntries: Type.Integer(), diskBytes: Type.Integer(), hits: Type.Integer(), misses: Type.Integer() }),
  queues: Type.Array(Type.Object({ stage: Type.String(), count: Type.Integer(), limit: Type.Integer() })),
  computing: Type.Object({ slots: Type.Integer(), free: Type.Integer(), waiting: Type.Integer() }),
  errors: Type.Array(Type.Object({ at: Type.Integer(), route: Type.String(), code: Type.String() }), { description: 'the last ones, newest first' }),
});
export type InferenceStatus = Static<typeof InferenceStatus>;
