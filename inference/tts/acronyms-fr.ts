/** Read as words although their letters would not suggest it. */
const WORDS = new Set(['SMIC', 'SMART', 'SWOT', 'CROUS', 'DROM', 'SCRUM', 'STOP', 'ZUT', 'MERCI', 'AVEC', 'BRAVO']);
/** Read letter by letter although they could be read as words. */
const LETTERS = new Set(['USA', 'ROI', 'UE', 'IA', 'CA', 'RH', 'BU', 'RSE', 'ETI', 'API', 'RER', 'BAC', 'GPS', 'URL', 'SAV', 'CSE', 'VAE', 'TU', 'UX', 'UI', 'PIB', 'HEC', 'CAP', 'DUT', 'BAFA', 'RGPD']);
/** Small words that somebody has written in capitals. */
const SHOUTED = new Set(['OUI', 'NON', 'TRES', 'MAIS', 'ET', 'OU', 'NE', 'PAS', 'LE', 'LA', 'LES', 'UN', 'UNE', 'DES', 'DU', 'DE', 'EN', 'AU', 'AUX', 'JE', 'TU', 'IL', 'ELLE', 'ON', 'VOUS', 'NOUS', 'TOUT', 'PLUS', 'MOINS', 'SI', 'CE', 'CES', 'SA', 'SON', 'SES', 'QUI', 'QUE', 'OK', 'AH', 'OH', 'EH', 'BIEN', 'HA', 'HE', 'JAMAIS', 'SUR', 'POUR', 'PAR', 'SANS', 'SOUS', 'DANS', 'TRÈS', 'ÇA', 'À', 'OÙ', 'ÉTÉ', 'EST', 'SONT', 'SUIS']);

/** Consonants that may begin a syllable before a vowel, and what may end a word: then it can be read. */
const READABLE = /^(?:(?:[BCDFGPTV][LR]|CH|PH|QU|GU|[BCDFGHJKLMNPQRSTVWXZÇ])?[AEIOUYÀÂÉÈÊËÎÏÔÙÛÜŒ]{1,3})+(?:[BCDFGLMNPRSTXZ]|NT|NS|ND|RT|RS|RD|CT|ST|LS|SSE|TTE)?(?:E?S)?$/u;

/** Whether a word in capitals is an acronym that is read letter by letter: «CDI» but not «OTAN» nor «OUI». */
export function isSpelled(word: string): boolean {
  if (LETTERS.has(word)) return true;
  if (WORDS.has(word) || SHOUTED.has(word)) return false;
  return word.length <= 5 && !(word.length >= 3 && READABLE.test(word));
}
