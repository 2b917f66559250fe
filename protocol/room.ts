/**
 * What page and agent say to each other inside the room, beside audio. Transcripts (`lk.transcription`), typed text
 * (`lk.chat`) and the coach's state (`lk.agent.state`) are LiveKit's own.
 */

/** Attributes of the agent's participant. All values are strings, as LiveKit has it. */
export const COACH_ATTRIBUTES = {
  /** `scripted` or `llm`: who thinks. The page tells the learner. */
  coach: 'eloquence.coach',
  /** Display name of the persona. */
  persona: 'eloquence.persona',
  /** Title of the phase the exercise is in. */
  phase: 'eloquence.phase',
  /** Unix ms at which the coach will close. */
  endsAt: 'eloquence.ends_at',
  /** Comma-separated parts that are down: `stt`, `tts`, `llm`. Empty when all is well. */
  degraded: 'eloquence.degraded',
  /** `greeting`, `running`, `paused`, `closing`, `ended`. */
  stage: 'eloquence.stage',
} as const;

/** Attributes of a learner's participant, given with the token: nobody can change them. */
export const LEARNER_ATTRIBUTES = {
  /** `yes`: agreed to be recorded. */
  record: 'eloquence.record',
} as const;

/** RPC methods the agent answers. Payload and reply are empty strings. */
export const COACH_RPC = {
  repeat: 'eloquence.repeat',
  pause: 'eloquence.pause',
  resume: 'eloquence.resume',
  finish: 'eloquence.finish',
} as const;

export const CHAT_TOPIC = 'lk.chat';
/** Attribute of a typed message's stream: the same where it is sent once more, so that the coach reads it once. */
export const TEXT_ID_ATTRIBUTE = 'eloquence.message';
export const TRANSCRIPTION_TOPIC = 'lk.transcription';
