/**
 * espeak-ng's IPA (`--ipa --tie=^`) in the letters that Kokoro was trained on, a letter a sound, as misaki makes them
 * (github.com/hexgrad/misaki, `espeak.py`; Kokoro's own G2P). Language switches such as `(en)` and `(^f^r)` are dropped.
 */
export function toKokoroLetters(ipa: string, language: string): string {
  const letters = (RULES[language] ?? COMMON).reduce((text, [sound, letter]) => text.replaceAll(sound, letter), ipa.replace(/\([a-z^-]+\)/g, ''));
  return letters.replace(/[\^-]/g, '');
}

type Rule = readonly [sound: string | RegExp, letter: string];

/** Sounds of two letters, tied, that Kokoro has one for. */
const COMMON: readonly Rule[] = [
  ['a^ɪ', 'I'], ['a^ʊ', 'W'], ['d^z', 'ʣ'], ['d^ʒ', 'ʤ'], ['e^ɪ', 'A'], ['o^ʊ', 'O'], ['ə^ʊ', 'Q'], ['s^s', 'S'], ['t^s', 'ʦ'], ['t^ʃ', 'ʧ'], ['ɔ^ɪ', 'Y'],
];

/** American English has no long vowels in Kokoro's letters; what misaki's dictionary writes differently from espeak-ng follows it. */
const AMERICAN: readonly Rule[] = [
  [/ʔˌ?n\u0329?/g, 'tᵊn'], ['ʔ', 't'], [/(\S)\u0329/g, 'ᵊ$1'], ['ə^l', 'ᵊl'],
  ['ɚ', 'əɹ'], ['ɜːɹ', 'ɜɹ'], ['ɜː', 'ɜɹ'], ['r', 'ɹ'], ['ɾ', 'T'], ['x', 'k'], ['ç', 'k'], ['ɬ', 'l'], ['ʲ', ''],
  // «a» by itself keeps its letter.
  [/ɐ(?=\S)|(?<=\S)ɐ/g, 'ə'],
  [/ɹ+/g, 'ɹ'], ['\u0303', ''], ['ː', ''],
];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  en: [...COMMON.filter(([sound]) => !['d^z', 's^s', 't^s'].includes(String(sound))), ...AMERICAN, ['ɪə', 'iə'], ['o', 'ɔ'], ['e', 'A']],
};
