import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { joined, type Sound } from '../../protocol/pcm.ts';
import { trim } from './sound.ts';

/** A man's voice, so that nobody takes the learner for Marie. */
const LEARNER_VOICE = 'em_alex';

/** Renders a learner's line whole and cuts its silence off, so that its end is known to 10 ms. */
export async function learnerSpeech(inference: InferenceClient, text: string, voice = LEARNER_VOICE): Promise<Sound> {
  const { audio, sampleRate } = await inference.speech({ text, voice });
  const pieces: Int16Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return trim({ pcm: joined(pieces), sampleRate });
}
