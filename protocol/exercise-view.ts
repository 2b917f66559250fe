import Type, { type Static } from 'typebox';

/** `GET /exercises`: what a learner may know before choosing. Nothing of the coach's agenda. */
export const ExerciseView = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  language: Type.String(),
  durationMinutes: Type.Number(),
  difficulty: Type.Union([Type.Literal('beginner'), Type.Literal('intermediate'), Type.Literal('advanced')]),
  focusAreas: Type.Array(Type.String()),
  coach: Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() }),
});
export type ExerciseView = Static<typeof ExerciseView>;

/** For how many days sessions are kept, and recordings where a learner agreed to one; 0: for ever. */
export const Keeps = Type.Object({ sessionsDays: Type.Integer({ minimum: 0 }), recordingsDays: Type.Integer({ minimum: 0 }) });
export type Keeps = Static<typeof Keeps>;

export const ExerciseList = Type.Object({
  exercises: Type.Array(ExerciseView),
  coach: Type.Union([Type.Literal('scripted'), Type.Literal('llm')]),
  keeps: Keeps,
});
export type ExerciseList = Static<typeof ExerciseList>;
