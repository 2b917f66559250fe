import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import { EngineProcess } from '../process/engine-process.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import { isPicoLanguage } from './pico-languages.ts';
import type { PicoArgs, PicoInfo, PicoOptions } from './pico-process.ts';
import { findVoice } from './voices.ts';

/**
 * SVOX Pico: the small voice that is there when Kokoro is not. It makes thirty seconds of speech in one, so it asks no
 * gate: it must not wait behind what made Kokoro late.
 */
export class Pico implements SpeechEngine {
  readonly name = 'pico';
  readonly process: EngineProcess;

  /** @param options.models see PicoOptions */
  constructor({ log, models = inHome('models', 'pico') }: { log: Logger; models?: string }) {
    const options: PicoOptions = { models };
    this.process = new EngineProcess({ name: this.name, module: new URL('./pico-process.ts', import.meta.url), options, log });
  }

  available(): boolean {
    return this.process.state.kind === 'ready';
  }

  ready(): Promise<unknown> {
    return this.process.ready();
  }

  speaks({ language }: Pick<UtteranceRequest, 'language'>): boolean {
    const { state } = this.process;
    return isPicoLanguage(language) && (state.kind !== 'ready' || (state.info as PicoInfo).languages.includes(language));
  }

  synthesize({ text, voice, language, speed }: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    if (!isPicoLanguage(language) || !this.speaks({ language })) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: `it does not speak ${language}` });
    const args: PicoArgs = { text, language, sex: findVoice(voice, language).sex, speed };
    return this.process.call<Int16Array>('synthesize', args, signal);
  }

  close(): Promise<void> {
    return this.process.close();
  }
}
