import type { Word } from '../protocol/transcript.ts';
import { PAUSE_MS } from './norms.ts';
import { fold } from './spoken-words.ts';

/** What one language hesitates with. */
interface DisfluencyLexicon {
  readonly filledPauses: RegExp;
  /** Words that fill only where they stand alone or open a turn (Boula de Mareüil 2005). */
  readonly markers: readonly string[];
  readonly hedges: readonly string[];
}

const FRENCH_DISFLUENCIES: DisfluencyLexicon = {
  filledPauses: /^(?:euh+|heu+|eu+h|hu+m+|hm+|mh+m*|hein)$/,
  markers: ['du coup', 'en fait', 'voila', 'genre', 'bah', 'ben', 'donc', 'quoi', 'bon', 'enfin', 'tu vois', 'vous voyez'],
  hedges: ['je pense', 'je crois', 'je suppose', 'peut etre', 'un peu', 'on va dire', 'en quelque sorte', 'plus ou moins', 'il me semble', 'je dirais', 'un petit peu', 'j essaie', 'normalement', 'a priori'],
};

export interface Disfluencies {
  readonly filledPauses: number;
  readonly markers: number;
  readonly hedges: number;
  /** A word or a pair of words said twice in a row. */
  readonly repeats: number;
}

/**
 * Counts over the words of one turn. Recognisers drop fillers (CrisperWhisper, arXiv 2408.16589): the counts are lower
 * bounds. Words without times (typed text) are bounded by punctuation alone.
 */
export function countDisfluencies(words: readonly Word[], lexicon = FRENCH_DISFLUENCIES): Disfluencies {
  const bare = words.map(({ word }) => fold(word).replace(/[^\p{L}\p{N}]+/gu, ' ').trim());
  return {
    filledPauses: bare.filter((word) => lexicon.filledPauses.test(word)).length,
    markers: occurrences(bare, lexicon.markers).filter(({ from, to }) => from === 0 || (isBoundary(words, from) && isBoundary(words, to))).length,
    hedges: occurrences(bare, lexicon.hedges).length,
    repeats: repeats(bare, lexicon),
  };
}

interface Span { readonly from: number; readonly to: number }

/** Spans [from, to) of the phrases, longest first, without overlap. */
function occurrences(bare: readonly string[], phrases: readonly string[]): Span[] {
  const spans: Span[] = [];
  const byLength = phrases.map((phrase) => phrase.split(' ')).sort((a, b) => b.length - a.length);
  // An apostrophe joins two words of a phrase into one token: compare the running text.
  for (let from = 0; from < bare.length; ) {
    const length = byLength.map((phrase) => spanOf(bare, from, phrase)).find((found) => found > 0) ?? 0;
    if (length > 0) spans.push({ from, to: from + length });
    from += Math.max(1, length);
  }
  return spans;
}

function spanOf(bare: readonly string[], from: number, phrase: readonly string[]): number {
  let rest = phrase.join(' ');
  for (let at = from; at < bare.length; at++) {
    const token = bare[at] ?? '';
    if (rest === token) return at - from + 1;
    if (!rest.startsWith(`${token} `)) return 0;
    rest = rest.slice(token.length + 1);
  }
  return 0;
}

/** Whether speech breaks between word `at - 1` and word `at`: an end, punctuation or a pause. */
function isBoundary(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const after = words[at];
  if (before === undefined || after === undefined) return true;
  return /[,.;:!?…]$/.test(before.word.trim()) || (after.start - before.end) * 1_000 >= PAUSE_MS;
}

function repeats(bare: readonly string[], lexicon: DisfluencyLexicon): number {
  const spoken = bare.filter((word) => word !== '' && !lexicon.filledPauses.test(word));
  let count = 0;
  for (let at = 1; at < spoken.length; at++) {
    // “nous nous”, “vous vous” are grammar, not stumbling.
    if (spoken[at] === spoken[at - 1] && !['nous', 'vous', 'tres'].includes(spoken[at] ?? '')) count++;
    else if (at >= 3 && spoken[at] === spoken[at - 2] && spoken[at - 1] === spoken[at - 3]) count++;
  }
  return count;
}
