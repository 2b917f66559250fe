import type { Utterance } from './whisper-process.ts';

/**
 * Successive guesses about an utterance that is still being spoken. What two in a row agree on is shown, and what was
 * shown is never taken back: the result puts it right.
 */
export class Hypotheses {
  #words: readonly string[] = [];
  #tokens: readonly number[] = [];
  #shown: readonly string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Tokens of the last guess: the draft of the next. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get shown(): string {
    return this.#shown.join(' ');
  }

  add({ text, tokens }: Pick<Utterance, 'text' | 'tokens'>): void {
    const words = text.split(' ').filter((word) => word !== '');
    const agreed = words.slice(0, agreement(words, this.#words));
    this.#shown = [...this.#shown, ...agreed.slice(continuation(this.#shown, agreed))];
    this.#words = words;
    this.#tokens = tokens;
    this.#count += 1;
  }
}

/** By how many places a word may move as words before it are guessed anew. */
const MOVES = [0, 1, -1, 2, -2];

/**
 * How many words of a guess stand: up to the last two in a row that the guess before has about there as well. What the
 * two dispute before that is taken from the later one: it has heard what follows.
 */
function agreement(words: readonly string[], before: readonly string[]): number {
  const stands = (at: number, moved: number): boolean => same(words[at], before[at + moved]);
  for (let last = words.length - 1; last > 0; last -= 1) if (MOVES.some((moved) => stands(last, moved) && stands(last - 1, moved))) return last + 1;
  return stands(0, 0) ? 1 : 0;
}

/** Where guesses go on after what is shown: after its last word, or as many words in where they do not have that any more. */
function continuation(shown: readonly string[], agreed: readonly string[]): number {
  const last = shown.length - 1;
  const moved = shown.length === 0 ? 0 : (MOVES.find((places) => same(shown[last], agreed[last + places])) ?? 0);
  return shown.length + moved;
}

const same = (word: string | undefined, other: string | undefined): boolean => word !== undefined && other !== undefined && bare(word) === bare(other);

/** Guesses differ in case and punctuation long before they differ in words. */
const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}'-]/gu, '');
