import { CodedError } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE } from '../../protocol/speech.ts';

/** −46 dB of full scale: below this no listener hears a sound begin. */
const AUDIBLE = 164;
/** Kept before the first and after the last audible sample, so that no consonant loses its edge. */
const MARGIN_MS = 15;

/** Silence after what was said, in ms, by the mark that it ends with. */
const PAUSES: readonly (readonly [RegExp, number])[] = [
  [/[.!?…][\s»”")]*$/u, 320],
  [/[,;:—–-]\s*$/u, 160],
  [/$/u, 60],
];

/** How long a speaker pauses after `text` before going on, in ms. */
export const pauseAfter = (text: string, speed: number): number => Math.round((PAUSES.find(([mark]) => mark.test(text))?.[1] ?? 0) / speed);

/**
 * Engines surround speech with silence, each with its own amount. Takes it away, as the audio streams by, and ends with
 * a pause of `pauseMs` instead: the listener waits for nothing, and clauses of different engines join alike.
 * @throws CodedError ENGINE_FAILED when there was nothing to hear
 */
export async function* withPause(audio: AsyncIterable<Int16Array>, { engine, pauseMs }: { engine: string; pauseMs: number }): AsyncGenerator<Int16Array, void> {
  const margin = samples(MARGIN_MS);
  let began = false;
  let held: Int16Array = new Int16Array(0); // quiet so far: the pause between two words, or the end
  for await (const chunk of audio) {
    const joined = concat(held, chunk);
    const last = joined.findLastIndex(isAudible);
    if (last === -1) {
      held = began ? joined : joined.slice(-margin);
      continue;
    }
    const from = began ? 0 : Math.max(0, joined.findIndex(isAudible) - margin);
    began = true;
    held = joined.slice(last + 1);
    yield joined.subarray(from, last + 1);
  }
  if (!began) throw new CodedError('ENGINE_FAILED', { engine, reason: 'it was silent' });
  yield concat(held.subarray(0, margin), new Int16Array(samples(pauseMs)));
}

const samples = (ms: number): number => Math.round((ms * SPEECH_SAMPLE_RATE) / 1000);
const isAudible = (sample: number): boolean => Math.abs(sample) >= AUDIBLE;

/** One array of both. */
function concat(a: Int16Array, b: Int16Array): Int16Array {
  const joined = new Int16Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
