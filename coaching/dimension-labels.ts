import type { Exercise } from './exercise.ts';

type Dimension = Exercise['focusAreas'][number];

/** Names of the dimensions, as learners read them. */
export const DIMENSION_LABELS: Readonly<Record<Exercise['language'], Readonly<Record<Dimension, string>>>> = {
  fr: {
    fluency: 'Fluidité',
    confidence: 'Assurance',
    clarity: 'Clarté',
    engagement: 'Engagement',
    professionalism: 'Posture professionnelle',
    persuasion: 'Persuasion',
    listening: 'Écoute',
    problem_solving: 'Résolution de problèmes',
    assertiveness: 'Affirmation de soi',
    structure: 'Structure',
    delivery: 'Présence orale',
  },
  en: {
    fluency: 'Fluency',
    confidence: 'Confidence',
    clarity: 'Clarity',
    engagement: 'Engagement',
    professionalism: 'Professionalism',
    persuasion: 'Persuasion',
    listening: 'Listening',
    problem_solving: 'Problem solving',
    assertiveness: 'Assertiveness',
    structure: 'Structure',
    delivery: 'Delivery',
  },
};
