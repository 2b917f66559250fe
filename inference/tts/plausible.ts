import { CodedError } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';

/** Slower speech than this nobody means, in seconds a character at speed 1; a short text may take as long as SHORTEST. */
const LONGEST_CHARACTER = 0.4;
const SHORTEST = 4;
/** Of its samples speech has at most a few per cent at full scale. */
const CLIPPED = 0.2;
/** Noise crosses zero at every second sample; the most sibilant clause of any of our levels at one in three. */
const CROSSING = 0.45;
/** Judged from here on, in samples: a single sibilant is noise, too. */
const ENOUGH = SPEECH_SAMPLE_RATE;

/**
 * Passes on what may be speech. An engine that has gone wrong gives noise, full scale, or no end of it: a learner must not
 * hear that, least of all with headphones.
 * @throws CodedError ENGINE_FAILED
 */
export async function* plausible(audio: AsyncIterable<Int16Array>, { engine, text, speed }: { engine: string; text: string; speed: number }): AsyncGenerator<Int16Array, void> {
  const longest = (Math.max(SHORTEST, text.length * LONGEST_CHARACTER) / speed) * SPEECH_SAMPLE_RATE;
  let samples = 0;
  let clipped = 0;
  let crossings = 0;
  let before = 0;
  for await (const chunk of audio) {
    for (const sample of chunk) {
      if (sample >= 32_700 || sample <= -32_700) clipped += 1;
      if (sample < 0 !== before < 0) crossings += 1;
      before = sample;
    }
    samples += chunk.length;
    const wrong = samples > longest ? 'it did not end' : samples < ENOUGH ? undefined : clipped > CLIPPED * samples ? 'it was distorted' : crossings > CROSSING * samples ? 'it was noise' : undefined;
    if (wrong !== undefined) throw new CodedError('ENGINE_FAILED', { engine, reason: wrong });
    yield chunk;
  }
}
