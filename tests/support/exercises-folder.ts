import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exercise } from '../../coaching/exercise.ts';
import type { Persona } from '../../coaching/persona.ts';

export const PERSONA: Persona = {
  id: 'marie_coach', name: 'Marie', role: 'Coach', personality: { warmth: 0.8, formality: 0.6, directness: 0.7 },
  expertise: ['élocution'], style: 'Elle écoute et relance.', voice: 'ff_siwis', speed: 1,
};

/** A whole exercise with nothing optional in it. */
export const exerciseNamed = (id: string): Exercise => ({
  id, title: `Exercice ${id}`, description: 'Pour essayer.', character: 'marie_coach', durationMinutes: 5, difficulty: 'beginner', language: 'fr',
  scenario: { context: 'Un salon.', objective: 'Parler.', evaluation: ['clarté'] },
  focusAreas: ['fluency'],
  greetings: ['Bonjour, de quoi parlons-nous ?'],
  phases: [{ id: 'debut', title: 'Début', goal: 'Faire parler.', prompts: ['Racontez-moi votre journée.'] }],
});

/** A folder laid out as `exercises/`, with these exercises and one persona. */
export function exercisesFolder(...ids: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'exercises-'));
  mkdirSync(join(folder, 'personas'));
  writeFileSync(join(folder, 'personas/marie_coach.json'), JSON.stringify(PERSONA));
  for (const id of ids) writeFileSync(join(folder, `${id}.json`), JSON.stringify(exerciseNamed(id)));
  return folder;
}
