import { spawn, type ChildProcess } from 'node:child_process';
import { LRUCache } from 'lru-cache';
import { CodedError } from '../../core/errors.ts';
import { toKokoroLetters } from './kokoro-letters.ts';

/** espeak-ng's names for the languages that we speak. */
const ESPEAK_VOICE: Readonly<Record<string, string>> = { fr: 'fr-fr', en: 'en-us' };

/** espeak-ng reads up to these by itself and drops them; Kokoro wants them, as it was trained with them. */
const PUNCTUATION = /\s*([;:,.!?…—«»“”()]+)\s*/;
const LONGEST = 2_000;

/**
 * Text to Kokoro's phonemes through the program espeak-ng. It is GPL-3: it runs as a program of its own and is never
 * linked in. Starting it takes longer (10 ms) than its work (3 ms), so one is always kept waiting for its input.
 */
export class Phonemizer {
  readonly #program: string;
  readonly #waiting = new Map<string, ChildProcess>();
  readonly #known = new LRUCache<string, string>({ max: LONGEST });

  constructor(program = 'espeak-ng') {
    this.#program = program;
  }

  /** Starts the programs that the first call for each of `languages` will need. */
  warm(languages: Iterable<string>): void {
    for (const language of languages) this.#waiting.set(language, this.#start(language));
  }

  /** @throws CodedError ENGINE_UNAVAILABLE when espeak-ng is missing or fails */
  async phonemes(text: string, language: string): Promise<string> {
    const key = `${language} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const pieces = text.split(PUNCTUATION); // words, mark, words, mark, …
    const words = pieces.filter((_, i) => i % 2 === 0);
    const spoken = await this.#ask(words.map((piece) => piece.replace(/\s+/g, ' ').trim()), language);
    const phonemes = pieces
      .map((piece, i) => (i % 2 === 0 ? toKokoroLetters(spoken[i / 2] ?? '', language) : `${piece} `))
      .join('')
      .replace(/ +/g, ' ')
      .replace(/ ([;:,.!?…])/g, '$1')
      .trim();
    this.#known.set(key, phonemes);
    return phonemes;
  }

  close(): void {
    for (const process of this.#waiting.values()) process.kill();
    this.#waiting.clear();
  }

  /** One answer a line of `lines`. espeak-ng may answer a line in several, but an empty one always with an empty one. */
  async #ask(lines: readonly string[], language: string): Promise<string[]> {
    const asked = lines.filter((line) => line !== '');
    if (asked.length === 0) return lines.map(() => '');
    const process = this.#waiting.get(language) ?? this.#start(language);
    this.#waiting.set(language, this.#start(language));
    const output = await answer(process, `${asked.join('\n\n')}\n`);
    const answers = output.split('\n\n').map((block) => block.replace(/\s+/g, ' ').trim());
    return lines.map((line) => (line === '' ? '' : (answers.shift() ?? '')));
  }

  #start(language: string): ChildProcess {
    const process = spawn(this.#program, ['-q', '--ipa', '--tie=^', '-b', '1', '-v', ESPEAK_VOICE[language] ?? language], { stdio: ['pipe', 'pipe', 'ignore'] });
    process.on('error', () => undefined); // it is told to the one who asks: see answer()
    process.stdin.on('error', () => undefined);
    return process;
  }
}

function answer(process: ChildProcess, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new CodedError('ENGINE_UNAVAILABLE', { engine: 'espeak-ng', reason }));
    if (process.pid === undefined || process.stdin === null || process.stdout === null) {
      fail('the program espeak-ng cannot be started');
      return;
    }
    if (process.exitCode !== null || process.signalCode !== null) {
      fail('the program espeak-ng ended');
      return;
    }
    let output = '';
    process.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    process.on('close', (code) => (code === 0 ? resolve(output) : fail(`the program espeak-ng ended with ${String(code)}`)));
    process.stdin.end(input);
  });
}
