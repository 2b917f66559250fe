/** What the coach can say when nothing can speak or hear, in each language: rendered in its own voice while all is well. */
const EMERGENCY_PHRASES = {
  fr: {
    voiceless: 'Excusez-moi, ma voix me fait défaut un instant. Je vous réponds par écrit.',
    deaf: 'Je ne vous entends plus pour le moment. Écrivez-moi, je vous lis.',
  },
  en: {
    voiceless: 'I am sorry, I have lost my voice for a moment. I will answer in writing.',
    deaf: 'I cannot hear you at the moment. Write to me, I am reading.',
  },
} as const;

export type EmergencyPhrase = keyof (typeof EMERGENCY_PHRASES)['fr'];

/** Of the level that says them. */
export const EMERGENCY_LEVEL = 'emergency';

/** The phrases of a language; the French ones where there are none. */
export const emergencyPhrases = (language: string): Readonly<Record<EmergencyPhrase, string>> => EMERGENCY_PHRASES[language === 'en' ? 'en' : 'fr'];
