import { SPEECH_SAMPLE_RATE } from '../protocol/speech.ts';

/** French and English speech at an easy pace, characters a second: what is assumed until this voice was measured. */
const CHARACTERS_A_SECOND = 15;
/** Weight of the newest clause. */
const NEWEST = 0.3;
/** Too little to measure by. */
const SHORTEST = 10;

/** How fast a voice speaks, by the clauses that it has said whole. */
export class SpeakingPace {
  #samplesPerCharacter: number;

  constructor(speed: number) {
    this.#samplesPerCharacter = SPEECH_SAMPLE_RATE / (CHARACTERS_A_SECOND * speed);
  }

  get samplesPerCharacter(): number {
    return this.#samplesPerCharacter;
  }

  said(text: string, samples: number): void {
    if (text.length >= SHORTEST) this.#samplesPerCharacter += NEWEST * (samples / text.length - this.#samplesPerCharacter);
  }
}

/**
 * What is left to say of a clause of which `samples` were played. A word of which more than half was heard counts as
 * said: to hear the end of a word missing is less strange than to hear it twice.
 */
export function restOf(text: string, samples: number, samplesPerCharacter: number): string {
  const heard = samples / samplesPerCharacter;
  for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
    if (index + word.length / 2 >= heard) {
      const rest = text.slice(index);
      return /[\p{L}\p{N}]/u.test(rest) ? rest : '';
    }
  }
  return '';
}
