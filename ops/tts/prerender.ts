import { inferenceUrls, loadConfig } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { renderPhrases, setPhrases } from '../up/render-phrases.ts';

/** Has every fixed phrase of the exercises, or of some, rendered into the cache on disk. */
export async function prerender(exercises: readonly string[]): Promise<void> {
  const config = loadConfig();
  const all = setPhrases(config.exercises);
  for (const exercise of exercises) {
    if (!all.some((coach) => coach.exercise === exercise)) throw new CodedError('EXERCISE_UNKNOWN', { exercise, known: all.map((coach) => coach.exercise).join(', ') });
  }
  const wanted = exercises.length === 0 ? all : all.filter(({ exercise }) => exercises.includes(exercise));
  const began = performance.now();
  for (const coach of wanted) {
    const count = await renderPhrases(inferenceUrls(config)[0], new AbortController().signal, [coach]);
    console.log(`${coach.exercise}: ${String(count)} phrases as ${coach.speaker.voice ?? ''}`);
  }
  console.log(`done in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}
