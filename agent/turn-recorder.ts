import type { Word } from '../protocol/transcript.ts';

/**
 * Collects the timed words of the learner's current turn as recognition finds them: finals, which stay, and the
 * preflight of the stretch that is still open, which the next message of recognition replaces or voids.
 * Word times are seconds from the beginning of the recognition stream.
 */
export class TurnRecorder {
  #finals: Word[] = [];
  #preflight: readonly Word[] = [];

  preflight(words: readonly Word[]): void {
    this.#preflight = words;
  }

  final(words: readonly Word[]): void {
    this.#finals.push(...words);
    this.#preflight = [];
  }

  /** The learner spoke on: what was made at the first sign of a pause does not stand. */
  spokeOn(): void {
    this.#preflight = [];
  }

  /** The turn so far, times from its first word. */
  peek(): Word[] {
    return fromZero([...this.#finals, ...this.#preflight]);
  }

  /** The turn, and a new one begins. */
  take(): Word[] {
    const words = this.peek();
    this.#finals = [];
    this.#preflight = [];
    return words;
  }
}

function fromZero(words: readonly Word[]): Word[] {
  const origin = words[0]?.start ?? 0;
  return words.map((word) => ({ ...word, start: round(word.start - origin), end: round(word.end - origin) }));
}

const round = (seconds: number): number => Math.max(0, Math.round(seconds * 1000) / 1000);
