import { splitClauses } from '../../protocol/clauses.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { renderWhole } from '../../protocol/clients/render-ahead.ts';
import { joined, type Sound } from '../../protocol/pcm.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';
import { shippedPersona } from './simulated-learner.ts';
import { concatenate, silence } from './sound.ts';
import { wordErrorRate } from '../../core/word-error-rate.ts';

/** What a coach says as it leaves its voice: clause by clause, with a moment before and after. */
async function coachSpeech(inference: InferenceClient, text: string, coach: string): Promise<Sound> {
  const { voice, speed } = shippedPersona(coach);
  const clauses: Int16Array[] = [];
  for (const clause of splitClauses(text)) clauses.push(await renderWhole(inference, { voice, speed, language: 'fr', text: clause }, AbortSignal.timeout(60_000)));
  const moment = silence(200, SPEECH_SAMPLE_RATE);
  return concatenate(moment, { pcm: joined(clauses), sampleRate: SPEECH_SAMPLE_RATE }, moment);
}

/**
 * Word error rate of what was heard of a coach's words, less what the recogniser makes of them as they left the voice:
 * of “preuves à l’appui” it hears no word rightly, wherever it hears it.
 */
export async function errorOnTheWay(inference: InferenceClient, text: string, heard: string, coach = 'marie_coach'): Promise<number> {
  const clean = await inference.transcribe(await coachSpeech(inference, text, coach));
  return wordErrorRate(text, heard) - wordErrorRate(text, clean.text);
}
