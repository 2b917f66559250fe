import type { ExerciseList } from '../../../protocol/exercise-view.ts';
import { fetchExercises } from '../api/exercises.ts';
import { useLoaded, type Loaded } from '../api/use-loaded.ts';

export type Exercises = Loaded<ExerciseList>;

/** What the service offers; `reload` asks again. */
export function useExercises(): { exercises: Exercises; reload: () => void } {
  const { loaded, reload } = useLoaded(fetchExercises);
  return { exercises: loaded, reload };
}
