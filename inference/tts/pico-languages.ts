/**
 * What Pico speaks. `resources`: text analysis and signal generation; `gain` brings its voice to the loudness of all
 * levels, −20 dB of full scale, measured without the pauses; its voices are women's, and at `malePitch`, in percent, one
 * passes for a man's.
 */
export const PICO_LANGUAGES = {
  fr: { resources: ['fr-FR_ta.bin', 'fr-FR_nk0_sg.bin'], gain: 0.3, malePitch: 65 },
  en: { resources: ['en-US_ta.bin', 'en-US_lh0_sg.bin'], gain: 0.3, malePitch: 65 },
} as const;

export type PicoLanguage = keyof typeof PICO_LANGUAGES;

export const isPicoLanguage = (language: string): language is PicoLanguage => Object.hasOwn(PICO_LANGUAGES, language);
