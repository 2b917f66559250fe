import type { Word } from '../protocol/transcript.ts';

export interface RecordedTurn {
  /** Times from the first word. */
  readonly words: Word[];
  /** Unix ms of the first word; undefined where there is none. */
  readonly startedAt: number | undefined;
}

/**
 * Collects the timed words of the learner's current turn as recognition finds them: finals, which stay, and the
 * preflight of the stretch that is still open, which the next message of recognition replaces or voids.
 * Word times come in Unix seconds. Turns that the coach has not answered yet count
 * as one: who goes on before the coach has begun has not finished.
 */
export class TurnRecorder {
  /** Of turns that have ended unanswered. */
  #unanswered: Word[] = [];
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

  /** All that is to be answered so far, times from its first word. */
  peek(): Word[] {
    return fromZero([...this.#unanswered, ...this.#finals, ...this.#preflight]);
  }

  /** The turn with its beginning, Unix ms, and a new one begins. */
  take(): RecordedTurn {
    const words = [...this.#finals, ...this.#preflight];
    this.#unanswered.push(...words);
    this.#finals = [];
    this.#preflight = [];
    const [first] = words;
    return { words: fromZero(words), startedAt: first && Math.round(first.start * 1_000) };
  }

  /** The coach answers the turns that have ended. */
  answered(): void {
    this.#unanswered = [];
  }
}

function fromZero(words: readonly Word[]): Word[] {
  const origin = words[0]?.start ?? 0;
  return words.map((word) => ({ ...word, start: round(word.start - origin), end: round(word.end - origin) }));
}

const round = (seconds: number): number => Math.max(0, Math.round(seconds * 1000) / 1000);
