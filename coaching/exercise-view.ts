import type { Exercise } from './exercise.ts';
import type { Persona } from './persona.ts';
import { DIMENSION_LABELS } from './dimension-labels.ts';

/** What a learner may know of an exercise before choosing: the shape of `ExerciseView` in the protocol. */
export interface PublicExercise {
  id: string;
  title: string;
  description: string;
  language: string;
  durationMinutes: number;
  difficulty: Exercise['difficulty'];
  focusAreas: string[];
  coach: { id: string; name: string; role: string };
}

/** Leaves out the coach's agenda: scenario, phases, reactions, offers. Focus areas are named in the exercise's language. */
export function publicView(exercise: Exercise, persona: Persona): PublicExercise {
  return {
    id: exercise.id,
    title: exercise.title,
    description: exercise.description,
    language: exercise.language,
    durationMinutes: exercise.durationMinutes,
    difficulty: exercise.difficulty,
    focusAreas: exercise.focusAreas.map((area) => DIMENSION_LABELS[exercise.language][area]),
    coach: { id: persona.id, name: persona.name, role: persona.role },
  };
}
