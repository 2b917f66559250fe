import type { Decoded } from './greedy-decode.ts';
import { isPhantom } from './phantom-phrases.ts';

/** openai/whisper's own two thresholds (`transcribe.py`): both together mean that nobody spoke. */
const NO_SPEECH = 0.6;
const GUESS = -1;
/**
 * Below this mean log-probability it is noise, whatever the model thinks of speech: of 28 recordings of people the worst
 * with a right word in it had −0.7, the only one below −1.2 (−1.7) was wrong altogether, the text made of loud clicks −2.
 */
const NOISE = Math.log(0.25);

/** Whether what was written stands for something that was said. */
export function isPlausible(decoded: Pick<Decoded, 'logProbs' | 'noSpeech'>, text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text)) return false; // "...", "♪"
  const mean = meanLogProb(decoded);
  if (mean < NOISE || (decoded.noSpeech > NO_SPEECH && mean < GUESS)) return false;
  return !isPhantom(text);
}

export const meanLogProb = ({ logProbs }: Pick<Decoded, 'logProbs'>): number => logProbs.reduce((a, b) => a + b, 0) / Math.max(1, logProbs.length);
