import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { ComputeGate, Priority } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { throughGate } from '../process/through-gate.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import type { PiperArgs, PiperOptions } from './piper-process.ts';
import type { PiperVoice } from './piper-voice.ts';
import { findVoice } from './voices.ts';

/** Voices of Piper's that the operator has put into the data folder. */
export class Piper implements SpeechEngine {
  readonly name = 'piper';
  readonly process: EngineProcess;
  readonly #voices: ReadonlySet<string>;
  readonly #gate: ComputeGate;

  /** @param options.voices see findPiperVoices() */
  constructor({ voices, threads, log, gate }: { voices: readonly PiperVoice[]; threads: number; log: Logger; gate: ComputeGate }) {
    const options: PiperOptions = { voices, threads };
    this.process = new EngineProcess({ name: this.name, module: new URL('./piper-process.ts', import.meta.url), options, log });
    this.#voices = new Set(voices.map(({ id }) => id));
    this.#gate = gate;
  }

  available(): boolean {
    return this.process.state.kind === 'ready';
  }

  ready(): Promise<unknown> {
    return this.process.ready();
  }

  backlogMs(priority: Priority): number {
    return this.#gate.backlogMs(priority);
  }

  speaks({ voice, language }: Pick<UtteranceRequest, 'voice' | 'language'>): boolean {
    return this.#voices.has(findVoice(voice, language).id);
  }

  synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    const { text, speed, language } = request;
    const { id } = findVoice(request.voice, language);
    if (!this.speaks(request)) throw new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason: `it has no voice for ${id}` });
    const args: PiperArgs = { text, voice: id, speed };
    const clauses = this.process.call<Int16Array>('synthesize', args, signal);
    return throughGate(clauses, { gate: this.#gate, priority: () => request.priority, signal, room: request.session });
  }

  close(): Promise<void> {
    return this.process.close();
  }
}
