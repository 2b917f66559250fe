import { useCallback, useEffect, useState } from 'react';
import type { ExerciseList } from '../../../protocol/exercise-view.ts';
import { fetchExercises } from '../api/exercises.ts';
import { failureOf, type Failure } from '../api/reply.ts';

export type Exercises =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly list: ExerciseList }
  | { readonly status: 'failed'; readonly failure: Failure };

/** What the service offers; `reload` asks again. */
export function useExercises(): { exercises: Exercises; reload: () => void } {
  const [exercises, setExercises] = useState<Exercises>({ status: 'loading' });
  const load = useCallback(() => {
    fetchExercises().then(
      (list) => setExercises({ status: 'ready', list }),
      (error: unknown) => setExercises({ status: 'failed', failure: failureOf(error) }),
    );
  }, []);
  useEffect(load, [load]);
  const reload = useCallback(() => {
    setExercises({ status: 'loading' });
    load();
  }, [load]);
  return { exercises, reload };
}
