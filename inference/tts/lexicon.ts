import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CodedError } from '../../core/errors.ts';
import { ROOT } from '../../core/paths.ts';

/** Words that voices of one language read wrongly, and how to spell them so that they read them rightly. */
export class Lexicon {
  readonly #spellings: ReadonlyMap<string, string>;
  readonly #pattern: RegExp | undefined;

  constructor(spellings: Readonly<Record<string, string>>) {
    this.#spellings = new Map(Object.entries(spellings).map(([word, spelling]) => [word.toLowerCase(), spelling]));
    // The longest first, so that «soft skills» is found before «soft».
    const words = [...this.#spellings.keys()].sort((a, b) => b.length - a.length).map((word) => RegExp.escape(word));
    if (words.length > 0) this.#pattern = new RegExp(`(?<![\\p{L}\\p{N}-])(${words.join('|')})(s?)(?![\\p{L}\\p{N}]|-\\p{L})`, 'giu');
  }

  apply(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, (_, word: string) => this.#spellings.get(word.toLowerCase()) ?? word);
  }
}

const loaded = new Map<string, Lexicon>();

/**
 * The lexicon `config/lexicon.<language>.yaml`; an empty one where there is none.
 * @throws CodedError CONFIG_INVALID when it is no map of words to spellings
 */
export function lexiconOf(language: string): Lexicon {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const lexicon = new Lexicon(readSpellings(join(ROOT, `config/lexicon.${language}.yaml`)));
  loaded.set(language, lexicon);
  return lexicon;
}

function readSpellings(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  try {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    if (isSpellings(content)) return content;
    throw new Error('it must be a map of words to spellings');
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', { file, path: '/', reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

const isSpellings = (content: unknown): content is Record<string, string> =>
  typeof content === 'object' && content !== null && Object.values(content).every((spelling) => typeof spelling === 'string');
