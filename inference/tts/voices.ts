/** A voice of the catalogue. Each level speaks it as well as it can: Kokoro in its own timbre, Pico and espeak-ng by sex. */
export interface Voice {
  /** Kokoro's name: language, sex, name. */
  readonly id: string;
  /** ISO 639-1 */
  readonly language: string;
  readonly sex: 'female' | 'male';
  /** Brings Kokoro's output to the loudness that all levels share: −20 dB of full scale, measured without the pauses. */
  readonly gain: number;
  /** Kokoro speaks it with a part of another voice: of its timbre and of its prosody, 0 … 1. */
  readonly share?: { readonly of: string; readonly timbre: number; readonly prosody: number };
  /** OpenAI's voice names that mean this one. */
  readonly openai: readonly string[];
}

/**
 * The voices that are calibrated for streaming (`statistics/<id>.bin`). An English voice joins by a line here, its file
 * of statistics and its style in config/models.yaml.
 */
export const VOICES: readonly [Voice, ...Voice[]] = [
  { id: 'ff_siwis', language: 'fr', sex: 'female', gain: 0.75, openai: ['alloy', 'coral', 'fable', 'marin', 'nova', 'sage', 'shimmer'] },
  { id: 'em_alex', language: 'fr', sex: 'male', gain: 1, share: { of: 'ff_siwis', timbre: 0.3, prosody: 0.1 }, openai: ['ash', 'ballad', 'cedar', 'echo', 'onyx', 'verse'] },
];

/** The voice of that name, ours or OpenAI's; without a name, or with one that nobody knows, the first of the language. */
export function findVoice(name: string | undefined, language: string): Voice {
  const wanted = name?.toLowerCase() ?? '';
  return VOICES.find((voice) => voice.id === wanted || voice.openai.includes(wanted)) ?? VOICES.find((voice) => voice.language === language) ?? VOICES[0];
}
