/** A vowel, or a run of letters that French says as one: “eau”, “oui”, “ieu”. Accented vowels after another begin anew: “thé-â-tre”. */
const NUCLEUS = /(?:[iuyï]|ou)?(?:eau|oeu|œu|ai|aî|au|ei|eu|oi|oî|ou|oû|où|[aeiouyàâäéèêëîïôöùûüœ])/g;
const ONE_NUCLEUS = /^(?:[^aeiouyàâäéèêëîïôöùûüœ]*)(?:e|es)$/;

/**
 * Syllables of a French word as spoken with its final mute e dropped (“belle” 1, “maison” 2). An estimate by spelling:
 * verbal “-ent” counts after a consonant (“parlent” 2), and “lion” and “jouer” are one syllable, as in quick speech.
 */
export function countSyllables(word: string): number {
  const letters = word.toLowerCase().replace(/[^a-zàâäçéèêëîïôöùûüœ]/g, '').replace(/qu(?=[aeiouéèêiy])/g, 'k').replace(/gu(?=[eiéèêy])/g, 'g').replace(/(?<=[aeou])ill?(?=[aeiouéèê]|$)/g, 'j');
  if (letters === '') return 0;
  if (ONE_NUCLEUS.test(letters)) return 1;
  const spoken = letters.replace(/(?<=[^aâo])(?:e|es)$/, '').replace(/(?<=ai|oi|ui|[éiu])ent$/, 'nt');
  return Math.max(1, spoken.match(NUCLEUS)?.length ?? 0);
}
