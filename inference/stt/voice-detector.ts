import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import { EngineProcess } from '../process/engine-process.ts';
import { recovered } from './recovered.ts';
import type { VadMemory } from './vad.ts';
import type { VadProcessOptions, VoiceReply, VoiceRequest } from './vad-process.ts';

/** Silero in a process of its own, for the engines that are told where speech is. */
export class VoiceDetector {
  readonly #process: EngineProcess;

  constructor({ log, models = inHome('models') }: { log: Logger; models?: string }) {
    this.#process = new EngineProcess({
      name: 'silero',
      module: new URL('./vad-process.ts', import.meta.url),
      options: { file: `${models}/silero/silero_vad.onnx` } satisfies VadProcessOptions,
      log,
    });
  }

  available(): boolean {
    return this.#process.state.kind === 'ready';
  }

  async ready(): Promise<void> {
    await this.#process.ready();
  }

  recovered(signal: AbortSignal): Promise<void> {
    return recovered(this.#process, signal);
  }

  /** Of speech, for each whole window of `audio`. */
  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply> {
    return this.#process.result<VoiceReply>('voice', { audio, memory } satisfies VoiceRequest, signal);
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
