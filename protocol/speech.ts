import Type, { type Static } from 'typebox';

export const MAX_SPEECH_CHARACTERS = 1_000;

/** `POST /api/tts`. The audio is sent as it is made. */
export const SpeechRequest = Type.Object({
  text: Type.String({ minLength: 1, maxLength: MAX_SPEECH_CHARACTERS }),
  voice: Type.Optional(Type.String({ maxLength: 64, description: 'e.g. ff_siwis; an OpenAI voice name is mapped to one of ours' })),
  model: Type.Optional(Type.String({ maxLength: 64, description: 'a level (kokoro, pico, espeak) to use alone; default: the chain' })),
  speed: Type.Optional(Type.Number({ minimum: 0.5, maximum: 2, default: 1 })),
  format: Type.Optional(Type.Union([Type.Literal('wav'), Type.Literal('pcm'), Type.Literal('mp3'), Type.Literal('opus')], { default: 'wav' })),
  reuse_cache: Type.Optional(Type.Boolean({ default: true })),
  store: Type.Optional(Type.Boolean({ default: true, description: 'false: what is said is somebody’s own, and is kept in memory alone' })),
  language: Type.Optional(Type.String({ pattern: '^[a-z]{2}$' })),
  session: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'whoever speaks: one session keeps one voice, and has its fair share' })),
  due_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, description: 'when the first sound is due, from now: what cannot make it is passed over' })),
  avoid: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 8, description: 'levels that have just failed the caller' })),
  priority: Type.Optional(Type.Union([Type.Literal('first'), Type.Literal('rest'), Type.Literal('ahead')], { default: 'first', description: 'first clause of a reply, the rest of it, or rendering ahead' })),
}, { additionalProperties: false });
export type SpeechRequest = Static<typeof SpeechRequest>;

/** A better way of speaking than the one that spoke, and why it was not its turn. */
export interface PassedOver {
  readonly level: string;
  /** off: an operator’s choice; resting: it failed several times; late: not by when the sound was due; busy: its queue is too long. */
  readonly reason: 'off' | 'not ready' | 'resting' | 'no such voice' | 'avoided' | 'busy' | 'late' | 'another voice' | 'failed';
}

/** Headers of the reply to `POST /api/tts`. `pcm` is 16-bit little-endian mono at `sampleRate`. */
export const SPEECH_HEADERS = {
  level: 'x-tts-level',
  voice: 'x-tts-voice',
  cache: 'x-tts-cache', // hit or miss
  firstAudioMs: 'x-tts-first-audio-ms',
  passed: 'x-tts-passed', // level=reason, level=reason
  warning: 'x-tts-warning', // over target: it took longer than the level's target
  sampleRate: 'x-sample-rate',
} as const;

/** All speech of a coach is published at this rate. */
export const SPEECH_SAMPLE_RATE = 24_000;
