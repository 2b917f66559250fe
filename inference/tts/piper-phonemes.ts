import { spawn } from 'node:child_process';
import { text as readAll } from 'node:stream/consumers';
import { once } from 'node:events';
import type { PiperSettings } from './piper-voice.ts';

/** What espeak-ng reads clauses up to, and drops; its voices were trained with the marks, so they are put back. */
const MARKS = /\s*([,;:.!?…—])[,;:.!?…—\s»"”)]*/u;
const AS_TRAINED: Readonly<Record<string, string>> = { '…': '.', '—': ',' };
const [BEGIN, END, PAD] = ['^', '$', '_'];

/**
 * Text as a Piper voice reads it: the sounds that the program espeak-ng gives, with the marks, one code point each. It is
 * GPL-3: it runs as a program of its own and is never linked in.
 * @throws Error when espeak-ng is missing or fails
 */
export async function piperPhonemes(text: string, espeakVoice: string): Promise<string[]> {
  const pieces = text.split(MARKS); // words, mark, words, mark, …
  const words = pieces.filter((_, i) => i % 2 === 0).map((piece) => piece.replace(/\s+/gu, ' ').trim());
  const asked = words.filter((piece) => piece !== '');
  if (asked.length === 0) return [];
  // It may answer a line in several, but an empty one always with an empty one.
  const answers = (await ask(`${asked.join('\n\n')}\n`, espeakVoice)).split('\n\n').map((block) => block.replace(/\s+/gu, ' ').trim());
  const sounds = words.map((piece, i) => `${piece === '' ? '' : (answers.shift() ?? '')}${markAfter(pieces[2 * i + 1])}`).join('');
  // «(en)» says in which language the next word is read.
  return Array.from(sounds.replace(/\([a-z-]+\)/gu, '').replace(/ +/gu, ' ').trim().normalize('NFD'));
}

const markAfter = (mark: string | undefined): string => (mark === undefined ? '' : `${AS_TRAINED[mark] ?? mark} `);

/** A voice's numbers for them: each followed by a pause, between a beginning and an end. Sounds that it does not have are left out. */
export function piperIds(phonemes: readonly string[], { phoneme_id_map: ids }: Pick<PiperSettings, 'phoneme_id_map'>): number[] {
  const [begin, end, pad] = [ids[BEGIN] ?? [], ids[END] ?? [], ids[PAD] ?? []];
  return [...begin, ...pad, ...phonemes.flatMap((phoneme) => (ids[phoneme] === undefined ? [] : [...ids[phoneme], ...pad])), ...end];
}

async function ask(lines: string, voice: string): Promise<string> {
  const child = spawn('espeak-ng', ['-q', '--ipa', '-b', '1', '-v', voice], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.stdin.on('error', () => undefined); // it ended early: its exit code says so
  child.stdin.end(lines);
  const [answer, [code]] = await Promise.all([readAll(child.stdout), ended]);
  if (code !== 0) throw new Error(`the program espeak-ng ended with ${String(code)}`);
  return answer;
}
