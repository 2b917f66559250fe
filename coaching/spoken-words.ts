/** Lower case, without accents, ligatures or typographic apostrophes: the form in which words are compared. */
export function fold(text: string): string {
  return text.toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('’', "'").normalize('NFD').replace(/\p{M}/gu, '');
}

/** The words of a text, folded, elisions cut off: “L'équipe” gives `l'`, `equipe`. */
export function foldedWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+'|[\p{L}\p{N}]+/gu) ?? [];
}

/** How many words, as a person would count them: “l’équipe” is one, “38 000” two, a dash none. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/**
 * Where one of the stems begins in the folded words, or undefined. A stem of fewer than four letters is a whole word, a
 * longer one the beginning of a word; several words stand in a row. Words after “pas de”, “sans” or “aucun” do not count:
 * what somebody does not have is not what they talk about.
 */
export function findStem(words: readonly string[], stems: readonly string[]): number | undefined {
  let best: number | undefined;
  for (const stem of stems) {
    const parts = foldedWords(stem);
    const at = words.findIndex((_, start) => parts.length > 0 && parts.every((part, offset) => startsLike(words[start + offset], part)) && (parts.length > 1 || !isDenied(words, start)));
    if (at >= 0 && (best === undefined || at < best)) best = at;
  }
  return best;
}

function startsLike(word: string | undefined, stem: string): boolean {
  return word !== undefined && (stem.length < 4 || stem.endsWith("'") ? word === stem : word.startsWith(stem));
}

function isDenied(words: readonly string[], at: number): boolean {
  const before = words[at - 1] ?? '';
  if (before === 'sans' || before.startsWith('aucun')) return true;
  return (before === 'de' || before === "d'") && ['pas', 'plus', 'jamais'].includes(words[at - 2] ?? '');
}
