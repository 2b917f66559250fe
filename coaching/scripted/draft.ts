import { fill, type Field } from '../template-fields.ts';
import { hash, mark, sentencesOf, shuffled } from './choice.ts';
import type { FollowUps, PoolName } from './language.ts';
import type { Script } from './script.ts';
import type { CoachState, Move, Reply } from './state.ts';

/** Longest reply but for the closing: what is spoken must be taken in at one hearing. */
export const MOST_WORDS = 38;

/** What the fields of a text stand for at this point. */
export type Values = Partial<Readonly<Record<Field, string>>>;

/**
 * A reply in the making. Picks among texts what has not been said in this session, always the same for the same seed and
 * place in the session; what is picked is reserved, so that two parts of one reply never coincide.
 */
export class Draft {
  readonly #script: Script;
  readonly #key: string;
  readonly #used: Set<string>;

  constructor(script: Script, state: CoachState) {
    this.#script = script;
    this.#key = `${state.seed} ${state.used.length}`;
    this.#used = new Set(state.used);
  }

  /** A number below `sides`, the session's own. */
  dice(sides: number, why: string): number {
    return hash(`${this.#key} ${why}`) % sides;
  }

  /** One of the texts, filled, that was not said yet. */
  pick(texts: readonly string[], values: Values = {}): string | undefined {
    return this.first(shuffled(texts, this.#key), values);
  }

  /** The first of the texts that can be said. */
  first(texts: readonly string[], values: Values = {}): string | undefined {
    for (const text of texts) {
      const filled = fill(text, values);
      if (filled !== undefined && this.isFresh(filled)) return this.#reserve(filled);
    }
    return undefined;
  }

  pool(name: PoolName, values: Values = {}): string | undefined {
    return this.pick(this.#script.pools[name], values);
  }

  followUp(kind: keyof FollowUps, values: Values): string | undefined {
    return this.pick(this.#script.language.followUps[this.#script.stance][kind], values);
  }

  /** One of the many questions that columns of phrases make. Only past all of them does one come again. */
  composed(): string {
    const columns = this.#script.language.composed[this.#script.stance];
    const all = columns.reduce<string[]>((heads, column) => heads.flatMap((head) => column.map((tail) => (head === '' ? tail : `${head} ${tail}`))), ['']).map((text) => text.replaceAll(' ,', ','));
    return this.pick(all) ?? all[this.dice(all.length, 'again')] ?? '';
  }

  /** Whether the text can be filled and was not said yet. */
  canSay(text: string, values: Values): boolean {
    const filled = fill(text, values);
    return filled !== undefined && this.isFresh(filled);
  }

  isFresh(text: string): boolean {
    return sentencesOf(text).every((sentence) => !this.#used.has(mark(sentence)));
  }

  #reserve(text: string): string {
    for (const sentence of sentencesOf(text)) this.#used.add(mark(sentence));
    return text;
  }

  /** The reply of these parts, and what is used up by it. */
  finish(move: Move, parts: readonly (string | undefined)[]): { reply: Reply; used: string[] } {
    const texts = parts.filter((part) => part !== undefined && part !== '');
    const clauses = texts.flatMap((text) => sentencesOf(text ?? '')).map((text) => ({ text, fixed: this.#script.fixed.has(text) }));
    const said = clauses.map(({ text }) => mark(text));
    return { reply: { text: clauses.map(({ text }) => text).join(' '), clauses, move }, used: said };
  }
}
