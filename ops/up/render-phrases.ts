import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseExercise, parsePersona, readExerciseFile } from '../../coaching/exercise-file.ts';
import { personaOf, type Persona } from '../../coaching/persona.ts';
import { fixedPhrases } from '../../coaching/scripted/script.ts';
import { SHIPPED_EXERCISES } from '../../core/paths.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { renderAhead, type Speaker } from '../../protocol/clients/render-ahead.ts';

/** The phrases of one coach, likeliest first. */
export interface SetPhrases {
  readonly exercise: string;
  readonly speaker: Speaker;
  readonly phrases: readonly string[];
}

/** Phrases rendered for one exercise before the next one has its turn. */
const TURN = 20;

/** What the scripted coach of each exercise may say word for word. Files that do not fit are the doctor's business. */
export function setPhrases(folder: string): SetPhrases[] {
  const personas = new Map([SHIPPED_EXERCISES, folder].flatMap(personasIn));
  return globSync('*.json', { cwd: folder }).filter((file) => !file.endsWith('.schema.json')).sort().flatMap((file) => {
    const parsed = readExerciseFile(join(folder, file), parseExercise);
    const persona = parsed.ok ? personaOf(parsed.exercise.character, personas) : undefined;
    if (!parsed.ok || persona === undefined) return [];
    const { voice, speed } = persona;
    return [{ exercise: parsed.exercise.id, speaker: { voice, speed, language: parsed.exercise.language }, phrases: fixedPhrases(parsed.exercise, persona) }];
  });
}

function personasIn(folder: string): [string, Persona][] {
  return globSync('personas/*.json', { cwd: folder }).flatMap((file): [string, Persona][] => {
    const parsed = readExerciseFile(join(folder, file), parsePersona);
    return parsed.ok ? [[basename(file, '.json'), parsed.persona]] : [];
  });
}

/**
 * Has all set phrases rendered into inference's cache, the likeliest of every exercise first, behind everything that
 * somebody waits for. What is in the cache on disk already costs next to nothing.
 * @returns how many phrases there are
 */
export async function renderPhrases(inferenceUrl: string, signal: AbortSignal, coaches: readonly SetPhrases[]): Promise<number> {
  const inference = new InferenceClient(inferenceUrl);
  const most = Math.max(0, ...coaches.map(({ phrases }) => phrases.length));
  for (let from = 0; from < most; from += TURN) {
    for (const { speaker, phrases } of coaches) await renderAhead(inference, speaker, phrases.slice(from, from + TURN), signal);
  }
  return coaches.reduce((sum, { phrases }) => sum + phrases.length, 0);
}
