/** Words to compare by: lower case, without punctuation, elisions taken apart as they are spoken together. */
export const plainWords = (text: string): string[] => text.toLowerCase().replace(/[’']/g, ' ').replace(/[^\p{L}\p{N}\s]/gu, ' ').split(/\s+/).filter(Boolean);

/** Substitutions, insertions and deletions that make `heard` of `reference`, and the words of the reference. */
export function wordErrors(reference: string, heard: string): { errors: number; words: number } {
  const expected = plainWords(reference);
  const found = plainWords(heard);
  let row = Array.from({ length: found.length + 1 }, (_, index) => index);
  for (const [index, word] of expected.entries()) {
    const next = [index + 1];
    for (const [column, other] of found.entries()) {
      next.push(Math.min((row[column] ?? 0) + (word === other ? 0 : 1), (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return { errors: row.at(-1) ?? 0, words: expected.length };
}

/** Word error rate: errors ÷ words of the reference. 0 is perfect; it can exceed 1. */
export function wordErrorRate(reference: string, heard: string): number {
  const { errors, words } = wordErrors(reference, heard);
  return errors / Math.max(1, words);
}

/** The same of letters: fairer to a short sentence, in which a recogniser writes one sound as other words. */
export function letterErrorRate(reference: string, heard: string): number {
  const letters = (text: string): string => plainWords(text).join('').split('').join(' ');
  return wordErrorRate(letters(reference), letters(heard));
}
