import { spawnSync } from 'node:child_process';
import { CodedError } from '../../core/errors.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { programSpeech } from './program-speech.ts';
import { findVoice } from './voices.ts';

/** espeak-ng's voices. For French it takes variants (+…) of «fr» only: with «fr-fr» it passes over them without a word. */
const VOICE: Readonly<Record<string, { readonly female: string; readonly male: string }>> = {
  fr: { female: 'fr+steph', male: 'fr' },
  en: { female: 'en-us+f3', male: 'en-us' },
};
const WORDS_PER_MINUTE = 160;
/** espeak-ng speaks at −20 dB of full scale, measured without the pauses, as all levels do. */
const GAIN = 0.95;
/** Of its raw PCM; it writes a WAV, which says so itself. */
const SAMPLE_RATE = 22_050;

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
    return this.#installed ? Promise.resolve() : Promise.reject(new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'the program espeak-ng is not installed' }));
  }

  synthesize({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    const name = VOICE[language]?.[findVoice(voice, language).sex] ?? language;
    const args = ['--stdin', '--stdout', '-b', '1', '-v', name, '-s', String(Math.round(WORDS_PER_MINUTE * speed))];
    return programSpeech(text, { engine: this.name, program: this.#program, args, sampleRate: SAMPLE_RATE, gain: GAIN, family: false }, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
