import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inHome } from '../../../core/paths.ts';
import { Tokenizer } from '../../../inference/stt/tokenizer.ts';
import { LANGUAGES } from '../../../protocol/languages.ts';

const VOCABULARY = inHome('models', 'whisper-base', 'vocabulary.txt');

describe('the languages that may be asked for', () => {
  test('are those of the vocabulary, no more and no fewer', () => {
    // Between the start of a transcript and the tasks there is nothing else.
    const lines = readFileSync(VOCABULARY, 'utf8').split('\n');
    const tokens = lines.slice(lines.indexOf('<|startoftranscript|>') + 1, lines.indexOf('<|translate|>'));
    expect(LANGUAGES.map((language) => `<|${language}|>`)).toEqual(tokens);
  });

  test('have a token each', () => {
    const tokenizer = new Tokenizer(VOCABULARY);
    expect(new Set(LANGUAGES.map((language) => tokenizer.language(language))).size).toBe(99);
  });
});
