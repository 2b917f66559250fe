import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { programSpeech } from './program-speech.ts';
import { findVoice } from './voices.ts';

export type CommandOptions = Pick<Config['tts']['levels']['command'], 'command' | 'sampleRate' | 'gain' | 'voices'>;

/** A program that the operator names, such as `piper --model … --output-raw`: a process an utterance, text in, audio out. */
export class Command implements SpeechEngine {
  readonly name = 'command';
  readonly #options: CommandOptions;
  readonly #installed: boolean;

  constructor(options: CommandOptions) {
    this.#options = options;
    this.#installed = isInstalled(options.command[0] ?? '');
  }

  available(): boolean {
    return this.#installed;
  }

  ready(): Promise<unknown> {
    return this.#installed ? Promise.resolve() : Promise.reject(new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: 'the program of tts.levels.command is not installed' }));
  }

  synthesize({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    const { command, sampleRate, gain, voices } = this.#options;
    const { id, sex } = findVoice(voice, language);
    const values: Readonly<Record<string, string>> = { voice: voices[id] ?? id, language, sex, speed: String(speed), length: String(1 / speed) };
    const [program = '', ...args] = command.map((part) => part.replace(/\{(voice|language|sex|speed|length)\}/gu, (_, name: string) => values[name] ?? ''));
    return programSpeech(text, { engine: this.name, program, args, sampleRate, gain, family: true }, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** On PATH, or where its path says; the program's name may hold a placeholder, too. */
function isInstalled(program: string): boolean {
  if (program.includes('{')) return true;
  const places = program.includes('/') ? [program] : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
