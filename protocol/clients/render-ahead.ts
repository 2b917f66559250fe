import { isCodedError } from '../../core/errors.ts';
import { splitClauses } from '../clauses.ts';
import { joined } from '../pcm.ts';
import type { SpeechRequest } from '../speech.ts';
import type { InferenceClient } from './inference.ts';

/** Who says it, and how. */
export type Speaker = Pick<SpeechRequest, 'voice' | 'speed' | 'language'>;

/** Renders a text whole, behind everything that somebody waits for: 16-bit mono PCM at 24 kHz. */
export async function renderWhole(inference: InferenceClient, request: Speaker & { text: string }, signal: AbortSignal): Promise<Int16Array> {
  const { audio } = await inference.speech({ ...request, priority: 'ahead' }, signal);
  const pieces: Int16Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return joined(pieces);
}

/** Puts phrases into inference's cache, clause by clause as the coach will ask for them, the likeliest first. */
export async function renderAhead(inference: InferenceClient, speaker: Speaker, phrases: readonly string[], signal: AbortSignal): Promise<void> {
  for (const text of new Set(phrases.flatMap((phrase) => splitClauses(phrase)))) {
    try {
      await renderWhole(inference, { ...speaker, text }, signal);
    } catch (error) {
      // A stray mark has no sound.
      if (!isCodedError(error, 'SPEECH_EMPTY')) throw error;
    }
  }
}
