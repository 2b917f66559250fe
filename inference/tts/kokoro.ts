import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import { PRIORITY, type ComputeGate, type Priority } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { throughGate } from '../process/through-gate.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import type { KokoroArgs, KokoroOptions } from './kokoro-process.ts';
import { findVoice, VOICES } from './voices.ts';

/** Kokoro-82M in its streaming form: the neural voice on a CPU. */
export class Kokoro implements SpeechEngine {
  readonly name = 'kokoro';
  readonly process: EngineProcess;
  readonly #gate: ComputeGate;

  constructor({ threads, log, gate }: { threads: number; log: Logger; gate: ComputeGate }) {
    const options: KokoroOptions = { models: inHome('models', 'kokoro'), threads, voices: VOICES };
    this.process = new EngineProcess({ name: this.name, module: new URL('./kokoro-process.ts', import.meta.url), options, log });
    this.#gate = gate;
  }

  available(): boolean {
    return this.process.state.kind === 'ready';
  }

  ready(): Promise<unknown> {
    return this.process.ready();
  }

  synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    const { text, language, speed } = request;
    const args: KokoroArgs = { text, language, speed, voice: findVoice(request.voice, language).id, patient: request.priority === PRIORITY.ahead };
    const chunks = this.process.call<Int16Array>('synthesize', args, signal);
    return throughGate(chunks, { gate: this.#gate, priority: () => request.priority, signal, room: request.session });
  }

  backlogMs(priority: Priority): number {
    return this.#gate.backlogMs(priority);
  }

  close(): Promise<void> {
    return this.process.close();
  }
}
