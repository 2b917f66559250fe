import Type from 'typebox';

/**
 * The languages that Whisper writes: the `<|xx|>` tokens of the multilingual vocabulary, in its order (openai/whisper,
 * `whisper/tokenizer.py`, LANGUAGES). ISO 639-1, but for Whisper's own `jw` (Javanese) and `haw`, which has no two letters.
 */
export const LANGUAGES: readonly string[] = [
  'en', 'zh', 'de', 'es', 'ru', 'ko', 'fr', 'ja', 'pt', 'tr', 'pl', 'ca', 'nl', 'ar', 'sv', 'it', 'id', 'hi', 'fi', 'vi',
  'he', 'uk', 'el', 'ms', 'cs', 'ro', 'da', 'hu', 'ta', 'no', 'th', 'ur', 'hr', 'bg', 'lt', 'la', 'mi', 'ml', 'cy', 'sk',
  'te', 'fa', 'lv', 'bn', 'sr', 'az', 'sl', 'kn', 'et', 'mk', 'br', 'eu', 'is', 'hy', 'ne', 'mn', 'bs', 'kk', 'sq', 'sw',
  'gl', 'mr', 'pa', 'si', 'km', 'sn', 'yo', 'so', 'af', 'oc', 'ka', 'be', 'tg', 'sd', 'gu', 'am', 'yi', 'lo', 'uz', 'fo',
  'ht', 'ps', 'tk', 'nn', 'mt', 'sa', 'lb', 'my', 'bo', 'tl', 'mg', 'as', 'tt', 'haw', 'ln', 'ha', 'ba', 'jw', 'su',
];

/** In place of a language: whatever is spoken. */
export const ANY_LANGUAGE = 'auto';

/** A language to recognise, or ANY_LANGUAGE. What is none of them is refused here: no engine may fail over it, and rest for everybody. */
export const SpokenLanguage = Type.Enum([...LANGUAGES, ANY_LANGUAGE], { description: 'one of Whisper’s, as fr or en (protocol/languages.ts); auto: whatever is spoken' });
