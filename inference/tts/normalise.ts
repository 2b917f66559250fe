import { CodedError } from '../../core/errors.ts';
import { MAX_SPEECH_CHARACTERS } from '../../protocol/speech.ts';
import { lexiconOf } from './lexicon.ts';
import { englishWords } from './normalise-en.ts';
import { frenchWords } from './normalise-fr.ts';
import { plainText, tidy } from './plain-text.ts';

/** How a language says what is not written in words. */
const WORDS: Readonly<Record<string, (text: string) => string>> = { fr: frenchWords, en: englishWords };

/**
 * A text as it is spoken: without markup and pictures, numbers and abbreviations in words, words that voices read
 * wrongly in a spelling that they read rightly. All levels and the cache get this.
 * @throws CodedError SPEECH_TOO_LONG, SPEECH_EMPTY
 */
export function normalise(text: string, language: string): string {
  if (text.length > MAX_SPEECH_CHARACTERS) throw new CodedError('SPEECH_TOO_LONG', { limit: MAX_SPEECH_CHARACTERS });
  const words = WORDS[language] ?? ((plain: string) => plain);
  const spoken = lexiconOf(language).apply(tidy(words(plainText(text))));
  if (!/[\p{L}\p{N}]/u.test(spoken)) throw new CodedError('SPEECH_EMPTY');
  return spoken;
}
