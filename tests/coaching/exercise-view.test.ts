import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { publicView } from '../../coaching/exercise-view.ts';
import { DEFAULT_PERSONA, personaOf } from '../../coaching/persona.ts';
import { ExerciseView } from '../../protocol/exercise-view.ts';
import { EXERCISE_IDS, shippedExercise, shippedPersona } from '../support/simulated-learner.ts';

describe('publicView', () => {
  it.each(EXERCISE_IDS)('%s: fits the protocol and keeps the agenda back', (id) => {
    const exercise = shippedExercise(id);
    const view = publicView(exercise, shippedPersona(exercise.character));
    expect(Value.Check(ExerciseView, view)).toBe(true);
    expect(Object.keys(view).sort()).toEqual(Object.keys(ExerciseView.properties).sort());
    const text = JSON.stringify(view);
    for (const phase of exercise.phases) expect(text).not.toContain(phase.goal);
    expect(view.focusAreas.every((area) => /^\p{Lu}/u.test(area))).toBe(true);
  });
});

describe('personaOf', () => {
  const personas = new Map([[DEFAULT_PERSONA, shippedPersona(DEFAULT_PERSONA)], ['thomas_business', shippedPersona('thomas_business')]]);
  it('finds the persona named', () => expect(personaOf('thomas_business', personas)?.id).toBe('thomas_business'));
  it('falls back to the default coach', () => expect(personaOf('inconnu', personas)?.id).toBe(DEFAULT_PERSONA));
});
