import type { ExerciseView } from '../../protocol/exercise-view.ts';

/** What a session tells of its exercise, also when that is offered no more. */
export type PastExercise = Pick<ExerciseView, 'id' | 'title' | 'language'> & { readonly coach: Pick<ExerciseView['coach'], 'id' | 'name'> };

/** An exercise that can be talked about: one on offer, or that of a session which goes on without it. */
export type KnownExercise = ExerciseView | PastExercise;

/** All there is to say of an exercise, where it is on offer. */
export const offered = (exercise: KnownExercise): ExerciseView | undefined => ('description' in exercise ? exercise : undefined);
