import Type, { type Static } from 'typebox';
import { SpokenLanguage } from './languages.ts';
import { Word } from './transcript.ts';

/**
 * The `/stream` WebSocket, in the Vosk server's protocol: the client sends a config, then binary 16-bit little-endian
 * mono PCM, then `{"eof":1}`; the server answers with partials and, at each end of speech, a result. Times are seconds
 * from the first sample of the connection.
 *
 * Two extensions. `events: true`: messages come when there is something to say; without it, as with the Vosk server,
 * one comes in answer to each chunk of audio, and clients wait for it. `preflight: true`, with events: `{"preflight": …}`
 * carries a whole transcript made at the first sign of a pause. It becomes the result when the pause lasts and is void
 * when `{"partial": …}` follows it.
 */
export const SttConfigMessage = Type.Object({
  config: Type.Object({
    sample_rate: Type.Optional(Type.Integer({ minimum: 8_000, maximum: 48_000, default: 16_000 })),
    /** Whether results list their words. Vosk’s clients write it as a number, too. */
    words: Type.Optional(Type.Union([Type.Boolean(), Type.Literal(0), Type.Literal(1)])),
    /** Default from the configuration. `auto`: by the first utterance that leaves little doubt; results then tell it. */
    language: Type.Optional(SpokenLanguage),
    preflight: Type.Optional(Type.Boolean()),
    events: Type.Optional(Type.Boolean()),
    /** Silence after which an utterance is final, in ms. */
    endpoint_ms: Type.Optional(Type.Integer({ minimum: 100, maximum: 5_000 })),
  }),
});
export type SttConfigMessage = Static<typeof SttConfigMessage>;

export const SttEofMessage = Type.Object({ eof: Type.Literal(1) });

export const SttPartial = Type.Object({ partial: Type.String() });
const SttPreflight = Type.Object({ preflight: Type.String(), result: Type.Array(Word) });
export const SttResult = Type.Object({
  text: Type.String(),
  result: Type.Optional(Type.Array(Word)),
  /** What was spoken, where `auto` was asked for. */
  language: Type.Optional(Type.String()),
});
const SttFailure = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String(), fix: Type.String(), retryable: Type.Boolean() }) });
export const SttServerMessage = Type.Union([SttPreflight, SttPartial, SttFailure, SttResult]);
export type SttServerMessage = Static<typeof SttServerMessage>;
