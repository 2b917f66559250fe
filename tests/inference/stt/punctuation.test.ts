import { expect, it } from 'vitest';
import { withPunctuation } from '../../../inference/stt/punctuation.ts';
import type { Word } from '../../../protocol/transcript.ts';

const told = (...words: string[]): Word[] => words.map((word, index) => ({ word, start: index, end: index + 0.5, conf: 1 }));
const written = (text: string, ...words: string[]): string[] => withPunctuation(text, told(...words)).map(({ word, start, end }) => `${word} ${start}–${end}`);

it.each<[string, string[], string[]]>([
  ['Bonjour, Marie.', ['Bonjour', 'Marie'], ['Bonjour, 0–0.5', 'Marie. 1–1.5']],
  ['L’homme rit !', ["L'", 'homme', 'rit'], ['L’homme 0–1.5', 'rit ! 2–2.5']],
  ['peut-être oui', ['peut', 'être', 'oui'], ['peut-être 0–1.5', 'oui 2–2.5']],
  ['« Oui »', ['Oui'], ['Oui » 0–0.5']],
])('%s', (text, words, expected) => expect(written(text, ...words)).toEqual(expected));

it.each<[string, string[]]>([
  ['Bonjour Thomas', ['Bonjour', 'Marie']],
  ['Bonjour', ['Bonjour', 'Marie']],
  ['Bonjour Marie', ['Bonjour']],
])('%s, told otherwise: what was told', (text, words) => expect(withPunctuation(text, told(...words))).toEqual(told(...words)));
