import Type, { type Static } from 'typebox';

/** A word with its place in the audio, in seconds from the audio's beginning, and a confidence from 0 to 1. */
export const Word = Type.Object({
  word: Type.String(),
  start: Type.Number({ minimum: 0 }),
  end: Type.Number({ minimum: 0 }),
  conf: Type.Number({ minimum: 0, maximum: 1 }),
});
export type Word = Static<typeof Word>;

/** A stretch of speech between pauses, in seconds. */
export const Segment = Type.Object({ start: Type.Number(), end: Type.Number(), text: Type.String() });
export type Segment = Static<typeof Segment>;

/** What `POST /transcribe` answers. Silence gives an empty text and no words. */
export const Transcription = Type.Object({
  text: Type.String(),
  language: Type.String({ description: 'ISO 639-1; the one that was spoken, where `auto` was asked for' }),
  languageProbability: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'that it was this one; only with `auto`, and where the engine tells' })),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  segments: Type.Array(Segment),
  words: Type.Array(Word),
  engine: Type.String(),
  model: Type.String(),
  device: Type.String({ description: 'cpu or cuda' }),
  audioSeconds: Type.Number(),
  processingMs: Type.Number(),
  rtf: Type.Number({ description: 'processing time ÷ audio duration' }),
});
export type Transcription = Static<typeof Transcription>;
