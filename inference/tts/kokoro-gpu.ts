import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import { ComputeGate, type Priority } from '../process/compute-gate.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { gpus, roomiestGpu } from '../process/gpu.ts';
import { throughGate } from '../process/through-gate.ts';
import type { SpeechEngine, UtteranceRequest } from './engine.ts';
import type { KokoroWholeArgs, KokoroWholeOptions } from './kokoro-whole-process.ts';
import { findVoice, VOICES } from './voices.ts';

/** As the maker of the export names its files, the smaller first. */
const FILES = ['kokoro-v1.0.fp16-gpu.onnx', 'kokoro-v1.0.onnx'];
const LEAST_FREE_MB = 2_048;
/** Of the GPU's memory: the rest belongs to whatever else runs there. */
const SHARE = 0.1;

/** Kokoro-82M whole, on an NVIDIA GPU, clause by clause. */
export class KokoroGpu implements SpeechEngine {
  readonly name = 'kokoro-gpu';
  readonly process: EngineProcess;
  /** One clause at a time: two would take twice the memory and be no sooner. */
  readonly #gate = new ComputeGate(1);

  constructor({ log, options }: { log: Logger; options: KokoroWholeOptions }) {
    this.process = new EngineProcess({ name: this.name, module: new URL('./kokoro-whole-process.ts', import.meta.url), options, log });
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

  synthesize(request: UtteranceRequest, signal?: AbortSignal): AsyncGenerator<Int16Array, void> {
    const { text, language, speed } = request;
    const args: KokoroWholeArgs = { text, language, speed, voice: findVoice(request.voice, language).id };
    const clauses = this.process.call<Int16Array>('synthesize', args, signal);
    return throughGate(clauses, { gate: this.#gate, priority: () => request.priority, signal, room: request.session });
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

/** What it takes to run it here; undefined where there is no model in the data folder, or no GPU with room for it. */
export async function kokoroOnGpu({ log, nvidiaSmi, folder = inHome('models', 'kokoro-gpu'), env = process.env }: { log: Logger; nvidiaSmi: string; folder?: string; env?: NodeJS.ProcessEnv }): Promise<KokoroWholeOptions | undefined> {
  const model = FILES.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (model === undefined) return undefined;
  const gpu = roomiestGpu(await gpus({ program: nvidiaSmi, env }), LEAST_FREE_MB);
  if (gpu === undefined) {
    log.warn({ leastFreeMb: LEAST_FREE_MB }, 'Kokoro’s model for a GPU is there, but no GPU with enough free memory');
    return undefined;
  }
  return {
    model,
    models: inHome('models', 'kokoro'),
    voices: VOICES,
    device: { kind: 'cuda', uuid: gpu.uuid },
    watch: { uuid: gpu.uuid, limitMb: SHARE * gpu.totalMb, nvidiaSmi },
  };
}
