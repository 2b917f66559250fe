import type { Word } from '../../protocol/transcript.ts';

/**
 * OpenAI tells words without their punctuation and splits some at apostrophes. Here are the words of the text as they
 * stand in it, with the times of those told; what was told where the two do not agree.
 */
export function withPunctuation(text: string, words: readonly Word[]): Word[] {
  const rest = [...words];
  const written: Word[] = [];
  for (const token of text.split(/\s+/)) {
    if (bare(token) === '') {
      // A mark that stands alone belongs to the word before it.
      const before = written.pop();
      if (before) written.push({ ...before, word: `${before.word} ${token}` });
      continue;
    }
    const spoken: Word[] = [];
    for (let heard = ''; heard !== bare(token); heard = bare(spoken.map(({ word }) => word).join(''))) {
      const word = rest.shift();
      if (word === undefined || !bare(token).startsWith(heard)) return [...words];
      spoken.push(word);
    }
    const [first, last] = [spoken[0], spoken.at(-1)];
    if (first && last) written.push({ ...first, word: token, end: last.end });
  }
  return rest.length === 0 ? written : [...words];
}

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
