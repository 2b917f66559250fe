/** FNV-1a, 32 bit: spreads choices evenly and the same way on every machine. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** The candidates in an order that depends on the key alone. */
export function shuffled<T extends string>(candidates: readonly T[], key: string): T[] {
  return candidates.map((text) => ({ text, rank: hash(`${key} ${text}`) })).sort((a, b) => a.rank - b.rank).map(({ text }) => text);
}

/** The sentences of something said aloud. */
export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?…]|[.!?…] »)\s+(?=[\p{Lu}\p{N}«])/u).filter((sentence) => sentence.trim() !== '');
}

/** The mark by which a sentence is remembered: letters and digits only count. */
export const mark = (sentence: string): string => hash(sentence.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()).toString(36);
