import type { ExerciseList } from '../../../protocol/exercise-view.ts';
import { fetchJson } from './reply.ts';

/**
 * The exercises on offer, and whether a script or a language model leads them.
 * @throws RequestError
 */
export async function fetchExercises(): Promise<ExerciseList> {
  const { body } = await fetchJson('/exercises');
  return body as ExerciseList;
}
