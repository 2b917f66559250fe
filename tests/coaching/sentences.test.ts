import { expect, test } from 'vitest';
import { splitSentences } from '../../coaching/sentences.ts';

test.for([
  ['Bonjour. Comment ça va ? Bien !', ['Bonjour.', 'Comment ça va ?', 'Bien !']],
  ['M. Dupont et le Dr. Martin sont là. J. Durand aussi.', ['M. Dupont et le Dr. Martin sont là.', 'J. Durand aussi.']],
  ['Euh... je crois que c’est 3.5 fois. Voilà…', ['Euh... je crois que c’est 3.5 fois.', 'Voilà…']],
  ['« Bien ! » dit-il. Puis il part.', ['« Bien ! » dit-il.', 'Puis il part.']],
  ['sans aucune ponctuation comme vosk', ['sans aucune ponctuation comme vosk']],
  ['  Un\n deux.  Trois   ?!  ', ['Un', 'deux.', 'Trois ?!']],
  ['', []],
  ['   ', []],
  ['… !', ['… !']],
  ['<b>Gras</b>. <SCRIPT>alert(1)</SCRIPT>', ['<b>Gras</b>.', '<SCRIPT>alert(1)</SCRIPT>']],
] as const)('%j', ([text, sentences]) => {
  expect(splitSentences(text, 'fr')).toEqual(sentences);
});

test('in English, too', () => {
  expect(splitSentences('Mr. Smith is here. He waits.', 'en')).toEqual(['Mr. Smith is here.', 'He waits.']);
});
