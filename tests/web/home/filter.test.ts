import { describe, expect, it } from 'vitest';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { choices, fits, NO_FILTER } from '../../../web/src/home/filter.ts';

const exercise = (changes: Partial<ExerciseView> = {}): ExerciseView => ({
  id: 'a', title: 'A', description: '', language: 'fr', durationMinutes: 5, difficulty: 'beginner', focusAreas: ['Clarté'],
  coach: { id: 'marie_coach', name: 'Marie', role: 'Coach' }, ...changes,
});

describe('the filter', () => {
  it('lets everything through as long as nothing is chosen', () => {
    expect(fits(exercise(), NO_FILTER)).toBe(true);
  });

  it.each([
    [{ area: 'Clarté' }, true], [{ area: 'Écoute' }, false],
    [{ difficulty: 'beginner' }, true], [{ difficulty: 'advanced' }, false],
    [{ duration: 'short' }, true], [{ duration: 'medium' }, false],
    [{ language: 'fr' }, true], [{ language: 'en' }, false],
    [{ area: 'Clarté', language: 'en' }, false],
  ] as const)('holds %j against an exercise: %s', (wish, fit) => {
    expect(fits(exercise(), { ...NO_FILTER, ...wish })).toBe(fit);
  });

  it.each([[3, 'short'], [5, 'short'], [6, 'medium'], [7, 'medium'], [8, 'long'], [30, 'long']] as const)('takes %i minutes for %s', (durationMinutes, duration) => {
    expect(fits(exercise({ durationMinutes }), { ...NO_FILTER, duration })).toBe(true);
  });

  it('offers only what there is, in its order, and nothing where there is no choice', () => {
    const there = [exercise({ difficulty: 'advanced', focusAreas: ['Écoute', 'Clarté'] }), exercise({ durationMinutes: 8 })];
    expect(choices(there)).toEqual({ area: ['Clarté', 'Écoute'], difficulty: ['beginner', 'advanced'], duration: ['short', 'long'], language: [] });
  });
});
