import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExercise, parsePersona } from '../../coaching/exercise-file.ts';
import type { Exercise } from '../../coaching/exercise.ts';
import type { Persona } from '../../coaching/persona.ts';
import { scriptedCoach } from '../../coaching/scripted/scripted-coach.ts';
import type { CoachEvent, CoachState, Reply } from '../../coaching/scripted/state.ts';
import { ROOT } from '../../core/paths.ts';
import type { Word } from '../../protocol/transcript.ts';

export const EXERCISE_IDS = ['conversation_libre_marie', 'premiere_impression_marie', 'simulation_entretien', 'presentation_publique', 'negociation_thomas'] as const;
export const PERSONA_IDS = ['marie_coach', 'marie_professional', 'thomas_business', 'thomas_presentation'] as const;

export function shippedExercise(id: string): Exercise {
  const parsed = parseExercise(readFileSync(join(ROOT, 'exercises', `${id}.json`), 'utf8'), `${id}.json`, PERSONA_IDS);
  if (!parsed.ok) throw new Error(parsed.errors.map(({ path, reason }) => `${path} ${reason}`).join('\n'));
  return parsed.exercise;
}

export function shippedPersona(id: string): Persona {
  const parsed = parsePersona(readFileSync(join(ROOT, 'exercises/personas', `${id}.json`), 'utf8'), `${id}.json`);
  if (!parsed.ok) throw new Error(parsed.errors.map(({ path, reason }) => `${path} ${reason}`).join('\n'));
  return parsed.persona;
}

/** Words as a recogniser would time them: `rate` words a minute, a pause where the text has punctuation. */
export function spoken(text: string, { rate = 170, pauseMs = 350 }: { rate?: number; pauseMs?: number } = {}): Word[] {
  let at = 0;
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).map((word) => {
    const start = at;
    const end = start + (60 / rate) * 0.9;
    at = end + (60 / rate) * 0.1 + (/[.,;:!?…]$/.test(word) ? pauseMs / 1_000 : 0);
    return { word, start, end, conf: 0.9 };
  });
}

export interface Exchange {
  readonly heard: CoachEvent;
  readonly reply: Reply | undefined;
  readonly phase: string;
}

/** Plays the events against the exercise's scripted coach. */
export function play(exercise: Exercise, events: readonly CoachEvent[], { persona = shippedPersona(exercise.character), seed = 'session' }: { persona?: Persona; seed?: string } = {}): { exchanges: Exchange[]; state: CoachState } {
  const coach = scriptedCoach(exercise, persona);
  let state = coach.begin(seed);
  const exchanges = events.map((heard) => {
    const step = coach.next(state, heard);
    state = step.state;
    return { heard, reply: step.reply, phase: exercise.phases[state.phase]?.id ?? '' };
  });
  return { exchanges, state };
}

/** A spoken turn. */
export const says = (text: string, pace?: { rate?: number; pauseMs?: number }): CoachEvent => ({ type: 'turn', text, words: spoken(text, pace), source: 'voice' });
/** A typed turn. */
export const types = (text: string): CoachEvent => ({ type: 'turn', text, source: 'text' });
