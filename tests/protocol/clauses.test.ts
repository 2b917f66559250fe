import { describe, expect, it } from 'vitest';
import { splitClauses } from '../../protocol/clauses.ts';

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['   \n ', []],
  ['Oui.', ['Oui.']],
  ['Commencez par « Pour moi… ». Puis une raison.', ['Commencez par « Pour moi… ».', 'Puis une raison.']],
  ['sans point', ['sans point']],
  ["Bonjour, je suis Marie. Comment allez-vous ?", ['Bonjour, je suis Marie.', 'Comment allez-vous ?']],
  ['Très bien ! Continuons… Vous êtes prêt ?', ['Très bien !', 'Continuons…', 'Vous êtes prêt ?']],
  ['Première ligne\nDeuxième ligne', ['Première ligne', 'Deuxième ligne']],
  // The first clause of a long sentence is short; one that is too short to bridge to the next is not taken.
  ['Merci beaucoup, voilà une réponse très claire et très bien construite.', ['Merci beaucoup,', 'voilà une réponse très claire et très bien construite.']],
  ['Oui, mais je voudrais comprendre pourquoi vous avez choisi cette voie.', ['Oui, mais je voudrais comprendre pourquoi vous avez choisi cette voie.']],
  // Numbers, times, addresses and abbreviations stay whole.
  ["Le prix est de 1 234,56 €, soit 3.5 fois plus. C'est cher.", ['Le prix est de 1 234,56 €, soit 3.5 fois plus.', "C'est cher."]],
  ['M. Dupont et Mme. Durand, p. ex., arrivent à 9 h. Bien.', ['M. Dupont et Mme. Durand, p. ex., arrivent à 9 h.', 'Bien.']],
  ['Voyez exemple.fr. Puis revenez.', ['Voyez exemple.fr.', 'Puis revenez.']],
  ['Des mots, des idées, etc. et la suite. Fin.', ['Des mots, des idées, etc. et la suite.', 'Fin.']],
  ['Des mots, des idées, etc. La suite.', ['Des mots, des idées, etc.', 'La suite.']],
  ['J. Martin parle. Bien.', ['J. Martin parle.', 'Bien.']],
  ['1. Respirez. 2. Parlez.', ['1. Respirez.', '2. Parlez.']],
  // Quotations and hesitations go on.
  ['« Très bien ! » dit-il. Puis il sort.', ['« Très bien ! » dit-il.', 'Puis il sort.']],
  ['Euh... je crois. Oui.', ['Euh... je crois.', 'Oui.']],
];

describe('splitClauses', () => {
  it.each(CASES)('%j', (text, clauses) => {
    expect(splitClauses(text)).toEqual(clauses);
  });

  it('cuts what is too long for one breath, at commas first', () => {
    const long = `${'Quand vous parlez, prenez votre temps, '.repeat(8)}et respirez.`;
    const clauses = splitClauses(long);
    expect(clauses.length).toBeGreaterThan(2);
    for (const clause of clauses) expect(clause.length).toBeLessThanOrEqual(160);
    for (const clause of clauses.slice(0, -1)) expect(clause).toMatch(/,$/);
  });

  it('cuts between words where there is no comma', () => {
    for (const clause of splitClauses('mot '.repeat(200))) expect(clause).toMatch(/^(?:mot ?)+$/);
  });

  it.each([...CASES.map(([text]) => text), 'a'.repeat(500), '. . . ', ',,,', '... !'])('loses and adds nothing: %j', (text) => {
    expect(splitClauses(text).join(' ').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  });
});
