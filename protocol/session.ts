import Type, { type Static } from 'typebox';

/** What the token-service hands to the agent as a job's metadata. Nothing in it is secret to the learner. */
export const JobMetadata = Type.Object({ session: Type.String() });
export type JobMetadata = Static<typeof JobMetadata>;

/** What a coach leads. The exercise and the persona are as they were when the session began; `hash` (sha-256 of both) names them. */
export const SessionRecord = Type.Object({
  id: Type.String(),
  room: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  hash: Type.String(),
  exercise: Type.Unknown({ description: 'the exercise file' }),
  persona: Type.Unknown({ description: 'the persona file' }),
});
export type SessionRecord = Static<typeof SessionRecord>;
