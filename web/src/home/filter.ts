import type { ExerciseView } from '../../../protocol/exercise-view.ts';

/** What a learner looks for; `undefined`: anything. */
export interface Filter {
  readonly area: string | undefined;
  readonly difficulty: ExerciseView['difficulty'] | undefined;
  readonly duration: Duration | undefined;
  readonly language: string | undefined;
}

export type Duration = 'short' | 'medium' | 'long';

export const NO_FILTER: Filter = { area: undefined, difficulty: undefined, duration: undefined, language: undefined };

/** The last whole minute of each but the longest kind. */
const SHORT_MINUTES = 5;
const MEDIUM_MINUTES = 7;

const DIFFICULTIES: readonly ExerciseView['difficulty'][] = ['beginner', 'intermediate', 'advanced'];
const DURATIONS: readonly Duration[] = ['short', 'medium', 'long'];

const durationOf = ({ durationMinutes }: ExerciseView): Duration =>
  durationMinutes <= SHORT_MINUTES ? 'short' : durationMinutes <= MEDIUM_MINUTES ? 'medium' : 'long';

export function fits(exercise: ExerciseView, { area, difficulty, duration, language }: Filter): boolean {
  return (area === undefined || exercise.focusAreas.includes(area))
    && (difficulty === undefined || exercise.difficulty === difficulty)
    && (duration === undefined || durationOf(exercise) === duration)
    && (language === undefined || exercise.language === language);
}

/** What there is to choose from among `exercises`, each in its order; where there is but one there is no choice. */
export function choices(exercises: readonly ExerciseView[]) {
  const areas = [...new Set(exercises.flatMap(({ focusAreas }) => focusAreas))].sort((one, other) => one.localeCompare(other));
  const languages = [...new Set(exercises.map(({ language }) => language))].sort();
  return {
    area: several(areas),
    difficulty: several(DIFFICULTIES.filter((difficulty) => exercises.some((exercise) => exercise.difficulty === difficulty))),
    duration: several(DURATIONS.filter((duration) => exercises.some((exercise) => durationOf(exercise) === duration))),
    language: several(languages),
  };
}

const several = <Choice>(list: readonly Choice[]): readonly Choice[] => (list.length > 1 ? list : []);
