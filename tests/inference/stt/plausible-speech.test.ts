import { expect, it } from 'vitest';
import { isPlausible } from '../../../inference/stt/plausible-speech.ts';

it.each<[string, number, number, boolean]>([
  ['Bonjour.', -0.3, 0.1, true],
  ['Bonjour.', -0.3, 0.9, true],
  ['Bonjour.', -1.1, 0.1, true],
  ['Bonjour.', -1.1, 0.9, false],
  ["C'est un petit peu plus tard !", -2, 0.1, false],
  ['...', -0.3, 0.1, false],
  ['♪', -0.1, 0, false],
  ['', 0, 0, false],
  ['12 %', -0.3, 0.1, true],
  ["Sous-titres réalisés par la communauté d'Amara.org", -0.1, 0, false],
])('"%s" at a log-probability of %d, no speech %d: %s', (text, logProb, noSpeech, plausible) => {
  expect(isPlausible({ logProbs: [logProb + 0.1, logProb - 0.1], noSpeech }, text)).toBe(plausible);
});
