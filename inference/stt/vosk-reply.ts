import Type from 'typebox';
import Value from 'typebox/value';
import { CodedError } from '../../core/errors.ts';
import type { SttServerMessage } from '../../protocol/stt-stream.ts';
import type { Word } from '../../protocol/transcript.ts';
import type { Recognition } from './engine.ts';

const VoskWord = Type.Object({ word: Type.String(), start: Type.Number(), end: Type.Number(), conf: Type.Number() });
const VoskReply = Type.Union([
  Type.Object({ partial: Type.String() }),
  Type.Object({ text: Type.String(), result: Type.Optional(Type.Array(VoskWord)) }),
]);

export type VoskPartial = Extract<SttServerMessage, { partial: unknown }>;
export type VoskResult = Extract<SttServerMessage, { text: unknown }>;

/** What libvosk, or a server around it, answers in JSON. @throws CodedError ENGINE_FAILED */
export function readVoskReply(json: string, engine: string): VoskPartial | VoskResult {
  const reply = parsed(json);
  if (!Value.Check(VoskReply, reply)) throw new CodedError('ENGINE_FAILED', { engine, reason: 'its answer is none of Vosk’s' });
  if ('partial' in reply) return { partial: reply.partial };
  return { text: reply.text, ...(reply.result && { result: reply.result.map(tidy) }) };
}

/** A recognition from the results of a whole file. */
export function recognitionOf(results: readonly VoskResult[]): Recognition {
  const spoken = results.filter(({ text }) => text !== '');
  const words = spoken.flatMap(({ result }) => result ?? []);
  return {
    text: spoken.map(({ text }) => text).join(' '),
    segments: spoken.map(({ text, result }) => ({ text, start: result?.[0]?.start ?? 0, end: result?.at(-1)?.end ?? 0 })),
    words,
    confidence: words.reduce((sum, { conf }) => sum + conf, 0) / Math.max(1, words.length),
  };
}

/** Kaldi adds probabilities up: the sum may pass 1 in its last digit. */
const tidy = ({ word, start, end, conf }: Word): Word => ({ word, start: Math.max(0, start), end: Math.max(0, start, end), conf: Math.min(1, Math.max(0, conf)) });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
