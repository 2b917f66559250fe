/** A voice of the catalogue. Each level speaks it as well as it can: Kokoro in its own timbre, Pico and espeak-ng by sex. */
export interface Voice {
  /** Kokoro's name: language, sex, name. */
  readonly id: string;
  /** ISO 639-1 */
  readonly language: 'fr' | 'en';
  readonly sex: 'female' | 'male';
  /** Brings Kokoro's output to the loudness that all levels share: −20 dB of full scale, measured without the pauses. */
  readonly gain: number;
  /** Kokoro speaks it with a part of another voice: of its timbre and of its prosody, 0 … 1. */
  readonly share?: { readonly of: string; readonly timbre: number; readonly prosody: number };
}

/**
 * The voices that are calibrated for streaming (`statistics/<id>.bin`). A voice joins by a line here, its file of
 * statistics and its style in config/models.yaml; docs/speech-synthesis.md says how.
 */
export const VOICES: readonly [Voice, ...Voice[]] = [
  { id: 'ff_siwis', language: 'fr', sex: 'female', gain: 0.75 },
  { id: 'em_alex', language: 'fr', sex: 'male', gain: 1, share: { of: 'ff_siwis', timbre: 0.3, prosody: 0.1 } },
  { id: 'af_heart', language: 'en', sex: 'female', gain: 1.1 },
  { id: 'am_michael', language: 'en', sex: 'male', gain: 1.05 },
];

/** OpenAI's voice names, by the sex that their voices sound: programs made for OpenAI ask for one in any language. */
export const OPENAI_VOICES: Readonly<Record<Voice['sex'], readonly string[]>> = {
  female: ['alloy', 'coral', 'fable', 'marin', 'nova', 'sage', 'shimmer'],
  male: ['ash', 'ballad', 'cedar', 'echo', 'onyx', 'verse'],
};

/** Whose voice a text of no stated language is to have: the named voice's own language, else `standard`. */
export const languageOf = (name: string | undefined, standard: string): string => VOICES.find(({ id }) => id === name?.toLowerCase())?.language ?? standard;

/**
 * The voice of that name. Where it is of another language, or a name of OpenAI's: the woman or the man of the language.
 * Without a name, or with one that nobody knows, the first of the language.
 */
export function findVoice(name: string | undefined, language: string): Voice {
  const wanted = name?.toLowerCase() ?? '';
  const speakers = VOICES.filter((voice) => voice.language === language);
  const named = VOICES.find(({ id }) => id === wanted);
  if (named !== undefined && (speakers.length === 0 || named.language === language)) return named;
  return speakers.find(({ sex }) => sex === named?.sex || OPENAI_VOICES[sex].includes(wanted)) ?? speakers[0] ?? VOICES[0];
}
