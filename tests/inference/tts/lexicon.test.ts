import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../../core/paths.ts';
import { Lexicon, lexiconOf } from '../../../inference/tts/lexicon.ts';

describe('Lexicon', () => {
  const lexicon = new Lexicon({ coach: 'côtche', 'soft skills': 'softe skilz', soft: 'softe', 'C++': 'cé plus plus' });

  it.each([
    ['Le Coach, un coach.', 'Le côtche, un côtche.'],
    ['des coachs', 'des côtche'],
    ['vos soft skills', 'vos softe skilz'],
    ['en C++ ?', 'en cé plus plus ?'],
    ['coacher, co-coach, coach-minute, encoach', 'coacher, co-coach, coach-minute, encoach'],
  ])('respells %j', (text, spelt) => {
    expect(lexicon.apply(text)).toBe(spelt);
  });

  it('may be empty', () => {
    expect(new Lexicon({}).apply('Bonjour.')).toBe('Bonjour.');
    expect(lexiconOf('xx').apply('Bonjour.')).toBe('Bonjour.');
  });
});

describe('config/lexicon.fr.yaml', () => {
  const spellings = parse(readFileSync(join(ROOT, 'config/lexicon.fr.yaml'), 'utf8')) as Record<string, string>;

  it('has no spelling that espeak-ng takes for English', () => {
    const words = Object.values(spellings);
    const phonemes = execFileSync('espeak-ng', ['-q', '--ipa', '-v', 'fr-fr'], { input: `${words.join('\n\n')}\n` }).toString().split('\n\n');
    expect(words.filter((_, index) => phonemes[index]?.includes('('))).toEqual([]);
  });
});

it.each(['fr', 'en'])('config/lexicon.%s.yaml is not changed by being applied to itself', (language) => {
  const spellings = parse(readFileSync(join(ROOT, `config/lexicon.${language}.yaml`), 'utf8')) as Record<string, string>;
  for (const spelling of Object.values(spellings)) expect(lexiconOf(language).apply(spelling)).toBe(spelling);
});

it('English has French names and words said nearly as in French', () => {
  expect(lexiconOf('en').apply('Chloé and Jérôme prepared the débat in Lyon; Marie and Thomas did not.')).toBe('Klo-eh and Zhay-rome prepared the day-bah in Lee-on; Marie and Thomas did not.');
});
