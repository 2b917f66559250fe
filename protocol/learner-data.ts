import Type, { type Static } from 'typebox';
import { KeptEvent } from './session-events.ts';

/** A session in an export. Times are ISO 8601, where their names do not say otherwise. */
const ExportedSession = Type.Object({
  id: Type.String(),
  room: Type.String(),
  exercise: Type.Object({ id: Type.String(), title: Type.String(), language: Type.String(), coach: Type.String() }),
  startedAt: Type.String(),
  endedAt: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  recordingAgreed: Type.Boolean(),
  events: Type.Array(KeptEvent),
  /** `url`: where the sound is, on this service. */
  recordings: Type.Array(Type.Object({ url: Type.String(), session: Type.String(), term: Type.Integer(), startedAt: Type.Integer(), durationMs: Type.Integer(), bytes: Type.Integer(), contentType: Type.String() })),
});

/** `GET /learners/:id/export`: everything that is kept of a learner, oldest session first. */
export const LearnerExport = Type.Object({ learner: Type.String(), exportedAt: Type.String(), sessions: Type.Array(ExportedSession) });
export type LearnerExport = Static<typeof LearnerExport>;

/** `DELETE /learners/:id`: how much has gone. */
export const LearnerErased = Type.Object({ sessions: Type.Integer(), recordings: Type.Integer() });
export type LearnerErased = Static<typeof LearnerErased>;
