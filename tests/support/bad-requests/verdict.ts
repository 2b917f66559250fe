import { ERRORS, type ErrorCode } from '../../../core/errors.ts';
import type { BadRequest } from './bad-requests.ts';
import type { RawAnswer } from './raw-answer.ts';

export const WRONG = 'WRONG';
/** Refused by Node itself, without a word: no host, and an expectation that nobody fulfils. */
const WORDLESS = [400, 417];
/** A server that answers before it has read all of a body closes on the rest of it, and the answer may be lost on the way. */
const READ_AT_ONCE = 16 * 1024;

/** @returns the code; `taken`, where it was no bad request after all; `refused` by Node, `unanswered`; or WRONG and what is */
export function judge({ method, path, pieces, ending }: BadRequest, answer: RawAnswer | undefined): string {
  if (answer === undefined) return ending !== 'whole' || Buffer.concat(pieces).length > READ_AT_ONCE ? 'unanswered' : `${WRONG}: no answer`;
  const { status: told, headers, body } = answer;
  const text = body.toString();
  if (/node_modules|\.ts:\d|\bat .+:\d+:\d+/.test(text) || headers.has('x-injected')) return `${WRONG}: it tells too much: ${text}`;
  if (told < 400) return rightly(path, headers.get('content-type') ?? '', text) ? 'taken' : `${WRONG}: ${told} ${text.slice(0, 200)}`;
  if (method === 'HEAD' || (text === '' && WORDLESS.includes(told))) return 'refused';
  const code = codeOf(text);
  if (code === undefined || code === 'INTERNAL' || ERRORS[code].status !== told) return `${WRONG}: ${told} ${text.slice(0, 200)}`;
  return code;
}

function codeOf(text: string): ErrorCode | undefined {
  try {
    const { error: { code } } = JSON.parse(text) as { error: { code: string } };
    return Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined;
  } catch {
    return undefined;
  }
}

function rightly(path: string, type: string, text: string): boolean {
  if (type.startsWith('application/json')) return typeof JSON.parse(text || '{}') === 'object';
  if (/^\/(api\/tts|v1\/audio\/speech)/.test(path)) return type.startsWith('audio/');
  return /^(text\/|application\/openmetrics|image\/)/.test(type) || text === '';
}
