import { expect, it } from 'vitest';
import { letterErrorRate, plainWords, wordErrorRate, wordErrors } from '../../core/word-error-rate.ts';

it('looks past case, punctuation and the two kinds of apostrophe', () => {
  expect(plainWords("Aujourd’hui, j'écoute : 12 % !")).toEqual(['aujourd', 'hui', 'j', 'écoute', '12']);
  expect(wordErrorRate('L’été, enfin !', "l'été enfin")).toBe(0);
});

it.each([
  ['un deux trois', 'un deux trois', 0],
  ['un deux trois', 'un quatre trois', 1],
  ['un deux trois', 'un trois', 1],
  ['un deux trois', 'un deux et trois', 1],
  ['un deux trois', '', 3],
  ['', 'un deux', 2],
])('from "%s" to "%s" it is %i', (reference, heard, errors) => expect(wordErrors(reference, heard).errors).toBe(errors));

it('can exceed one, and takes no reference for one word', () => {
  expect(wordErrorRate('un', 'deux trois quatre')).toBe(3);
  expect(wordErrorRate('', '')).toBe(0);
});

it.each([
  ['Bonjour, de quoi parlons-nous ?', 'Bonjour, de quoi parlons-nous ?', 0],
  ['Bonjour, de quoi parlons-nous ?', 'Bonjour, de quoi par l’on est.', 5 / 24],
  ['oui', '', 1],
])('letterErrorRate of %s heard as %s', (reference, heard, rate) => {
  expect(letterErrorRate(reference, heard)).toBeCloseTo(rate, 1);
});
