import { plainDigits } from './number-signs.ts';

/** Turns what is written for the eye into plain words and marks: the part of normalisation that all languages share. */
export function plainText(text: string): string {
  return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), plainDigits(text.normalize('NFC')));
}

const RULES: readonly (readonly [RegExp, string])[] = [
  // What is not seen: control characters, zero-width characters, direction marks, byte-order marks.
  [/\r\n?/g, '\n'],
  [/[\p{Cc}--[\n\t]]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|\p{Co}|\p{Cs}/gv, ''],
  [/[\u00a0\u2007\u202f\u2009]/gu, ' '],

  // Markup: code, pictures, links, tags, entities, emphasis, headings, quotations, lists, rules, tables.
  [/```[^`]*(?:```|$)/gu, ' '],
  [/!\[[^\]]*\]\([^)]*\)/gu, ' '],
  [/\[([^\]]+)\]\([^)\s]*\)/gu, '$1'],
  [/<!--[\s\S]*?(?:-->|$)|<(script|style)\b[\s\S]*?(?:<\/\1>|$)/giu, ' '],
  [/<\/?[a-z?!][^<>]*>/giu, ' '],
  [/&nbsp;/giu, ' '],
  [/&lt;/giu, ' < '],
  [/&gt;/giu, ' > '],
  [/&quot;/giu, '"'],
  [/&#0?39;|&apos;/giu, "'"],
  [/&amp;/giu, '&'],
  [/^[ \t]*#{1,6}[ \t]+/gmu, ''],
  [/^[ \t]*(?:>[ \t]?)+/gmu, ''],
  [/^[ \t]*(?:[-*_][ \t]*){3,}$/gmu, ''],
  [/^[ \t]*[-*+•·▪◦‣][ \t]+/gmu, ''],
  [/^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*$/gmu, ''],
  [/[ \t]*\|[ \t]*/gu, ', '],
  [/(\*{1,3}|~~|`)(?=\S)([^*~`\n]*\S)\1/gu, '$2'],
  [/(?<![\p{L}\p{N}])(_{1,2})(?=\S)([^_\n]*\S)\1(?![\p{L}\p{N}])/gu, '$2'],

  // Pictures: emoji with their joiners and skin tones, flags, smileys made of marks.
  [/(?:\p{RGI_Emoji}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|[\ufe0e\ufe0f\u20e3])+/gv, ' '],
  [/(?<=^|\s)[:;=8xX]['’]?-?[)(DPpOo|/\\*]+(?=\s|$|[.,!?])/gmu, ' '],

  // Typography.
  [/[’‘ʼ`´]/gu, "'"],
  [/[“”„]/gu, '"'],
  [/\u2026/gu, '...'],
  [/[‐‑]/gu, '-'],
  [/\u2212/gu, '-'],
];

/** Puts in order what the rules have left: marks without words between them, symbols nobody says, white space. */
export function tidy(text: string): string {
  return text
    .replace(/[*_~^\\{}[\]#<>|=@$£€%°§¤¶†‡©®™•]+/gu, ' ')
    .replace(/"/gu, ' ')
    .replace(/\.{2,}/gu, '…')
    .replace(/([!?])[!?]+/gu, (marks, first: string) => (marks.includes('?') ? '?' : first))
    .replace(/\(\s*\)/gu, ' ')
    .replace(/\n+/gu, (_, at: number, whole: string) => (/[.!?…,;:]\s*$/u.test(whole.slice(0, at)) || at === 0 ? ' ' : '. '))
    .replace(/\s+/gu, ' ')
    .replace(/\s+([.,…])/gu, '$1')
    .replace(/([.,;:…])(?:\s*[.,;:…])+/gu, '$1')
    .replace(/^[\s.,;:!?…)-]+/u, '')
    .trim();
}
