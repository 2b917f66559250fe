import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { CodedError } from '../../core/errors.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { ToSpeechRate } from './to-speech-rate.ts';
import { findVoice } from './voices.ts';

/** espeak-ng's voices. It takes variants (+…) of «fr» only: with «fr-fr» it passes over them without a word. */
const VOICE: Readonly<Record<string, { readonly female: string; readonly male: string }>> = {
  fr: { female: 'fr+steph', male: 'fr' },
  en: { female: 'en+f3', male: 'en' },
};
const WORDS_PER_MINUTE = 160;
/** espeak-ng speaks at −20 dB of full scale, measured without the pauses, as all levels do. */
const GAIN = 1;
/** What espeak-ng writes before the samples; the rate is at byte 24. */
const WAV_HEADER = 44;

/**
 * The program espeak-ng, the last level: a robot that is always understood. It is GPL-3: it runs as a program of its
 * own, a process an utterance, and is never linked in.
 */
export class Espeak implements SpeechEngine {
  readonly name = 'espeak';
  readonly #program: string;
  readonly #installed: boolean;

  constructor(program = 'espeak-ng') {
    this.#program = program;
    this.#installed = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  }

  available(): boolean {
    return this.#installed;
  }

  ready(): Promise<unknown> {
    return this.#installed ? Promise.resolve() : Promise.reject(this.#failure('ENGINE_UNAVAILABLE', 'the program espeak-ng is not installed'));
  }

  async *synthesize({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    signal?.throwIfAborted();
    const name = VOICE[language]?.[findVoice(voice, language).sex] ?? language;
    const child = spawn(this.#program, ['--stdin', '--stdout', '-b', '1', '-v', name, '-s', String(Math.round(WORDS_PER_MINUTE * speed))], { stdio: ['pipe', 'pipe', 'ignore'] });
    const closed = once(child, 'close') as Promise<[number | null]>;
    closed.catch(() => undefined); // awaited below, unless the listener has left before
    const abort = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', abort, { once: true });
    child.stdin.on('error', () => undefined); // it ended early: its exit code says so
    child.stdin.end(text);
    try {
      yield* samples(child.stdout);
      signal?.throwIfAborted();
      const [code] = await closed.catch((error: unknown) => Promise.reject(this.#failure('ENGINE_UNAVAILABLE', String(error))));
      if (code !== 0) throw this.#failure('ENGINE_FAILED', `it ended with ${String(code)}`);
    } finally {
      signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #failure(code: 'ENGINE_UNAVAILABLE' | 'ENGINE_FAILED', reason: string): CodedError {
    return new CodedError(code, { engine: this.name, reason });
  }
}

/** A WAV stream as PCM at the rate of speech. */
async function* samples(wav: AsyncIterable<Buffer>): AsyncGenerator<Int16Array, void> {
  let rest: Buffer = Buffer.alloc(0);
  let resampled: ToSpeechRate | undefined;
  for await (const piece of wav) {
    rest = Buffer.concat([rest, piece]);
    if (resampled === undefined) {
      if (rest.length < WAV_HEADER) continue;
      resampled = new ToSpeechRate(rest.readUInt32LE(24), GAIN);
      rest = rest.subarray(WAV_HEADER);
    }
    const whole = rest.length & ~1;
    yield resampled.push(new Int16Array(rest.buffer.slice(rest.byteOffset, rest.byteOffset + whole)));
    rest = rest.subarray(whole);
  }
  if (resampled !== undefined) yield resampled.flush();
}
