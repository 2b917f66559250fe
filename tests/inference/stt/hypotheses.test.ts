import { expect, it } from 'vitest';
import { Hypotheses } from '../../../inference/stt/hypotheses.ts';

function shownAfter(...texts: string[]): string[] {
  const hypotheses = new Hypotheses();
  return texts.map((text) => {
    hypotheses.add({ text, tokens: [text.length] });
    return hypotheses.shown;
  });
}

it('shows what two guesses in a row agree on', () => {
  expect(shownAfter('bonjour je', 'bonjour je suis mari', 'bonjour je suis Marie')).toEqual(['', 'bonjour je', 'bonjour je suis']);
});

it('looks past case and punctuation', () => expect(shownAfter('Bonjour je suis', 'bonjour, je suis là')).toEqual(['', 'bonjour, je suis']));

it('takes nothing back', () => expect(shownAfter('un deux trois', 'un deux trois', 'un cinq', 'un cinq')).toEqual(['', 'un deux trois', 'un deux trois', 'un deux trois']));

it('goes on although what it shows has changed', () => {
  expect(shownAfter('un deux trois', 'un deux trois', 'un dés trois quatre', 'un dés trois quatre')).toEqual(['', 'un deux trois', 'un deux trois', 'un deux trois quatre']);
  expect(shownAfter('un deux trois', 'un deux trois', 'un euh deux trois quatre', 'un euh deux trois quatre').at(-1)).toBe('un deux trois quatre');
});

it('shows what stands after a word in dispute, with the word of the later guess', () => {
  expect(shownAfter('et ta les', 'étend là les lumières', 'éteins toutes les lumières du', 'éteins toutes les lumières du salon')).toEqual(['', '', 'éteins toutes les lumières', 'éteins toutes les lumières du']);
});

it('remembers the tokens of the last guess', () => {
  const hypotheses = new Hypotheses();
  expect([hypotheses.count, hypotheses.tokens]).toEqual([0, []]);
  hypotheses.add({ text: 'oui', tokens: [7, 8] });
  expect([hypotheses.count, hypotheses.tokens]).toEqual([1, [7, 8]]);
});
