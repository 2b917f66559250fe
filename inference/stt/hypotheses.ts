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
    const before = this.#words;
    const different = words.findIndex((word, index) => index >= before.length || bare(word) !== bare(before[index] ?? ''));
    const agreed = words.slice(0, different === -1 ? words.length : different);
    if (this.#shown.every((word, index) => bare(word) === bare(agreed[index] ?? ''))) this.#shown = [...this.#shown, ...agreed.slice(this.#shown.length)];
    this.#words = words;
    this.#tokens = tokens;
    this.#count += 1;
  }
}

/** Guesses differ in case and punctuation long before they differ in words. */
const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}'-]/gu, '');
