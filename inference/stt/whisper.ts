import { existsSync } from 'node:fs';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import { inHome } from '../../core/paths.ts';
import type { ComputeGate, Priority } from '../process/compute-gate.ts';
import type { EngineState } from '../process/engine-process.ts';
import { gpus, usedMbOf, type Gpu } from '../process/gpu.ts';
import type { EngineStream, Recognition, RecognitionOptions, StreamOptions, SttEngine } from './engine.ts';
import { recogniseFile } from './file-recognition.ts';
import { UtteranceStream, type UtteranceRecogniser } from './recognition-stream.ts';
import type { VadMemory } from './vad.ts';
import type { VoiceReply } from './vad-process.ts';
import { VoiceDetector } from './voice-detector.ts';
import { whisperPlans, type WhisperPlan } from './whisper-plans.ts';
import type { Utterance, UtteranceRequest } from './whisper-process.ts';
import { OutOfMemory, WhisperRunner } from './whisper-runner.ts';

export interface WhisperOptions {
  readonly threads: number;
  readonly log: Logger;
  readonly gate: ComputeGate;
  /** Default: base on the CPU. */
  readonly settings?: Config['stt']['whisper'];
  /** The program that tells of the GPUs. */
  readonly nvidiaSmi?: string;
  /** Folder of the models, absolute. */
  readonly models?: string;
  readonly detector?: VoiceDetector;
  /** What runs in the process. */
  readonly module?: URL;
}

const ON_CPU: Config['stt']['whisper'] = { device: 'cpu', models: ['base'], leastFreeGpuMegabytes: 0 };
const MEGABYTE = 1024 * 1024;

/** Whisper on a GPU or the CPU, and Silero to tell it where speech is, each in a process of its own. */
export class WhisperEngine implements SttEngine, UtteranceRecogniser {
  readonly name = 'whisper';
  readonly #runner: WhisperRunner;
  readonly #detector: VoiceDetector;
  readonly #gate: ComputeGate;
  readonly #nvidiaSmi: string;
  #gpusBefore: readonly Gpu[] = [];

  constructor({ threads, log, gate, settings = ON_CPU, nvidiaSmi = 'nvidia-smi', models = inHome('models'), detector = new VoiceDetector({ log, models }), module }: WhisperOptions) {
    this.#gate = gate;
    this.#detector = detector;
    this.#nvidiaSmi = nvidiaSmi;
    const plans = async (): Promise<[WhisperPlan, ...WhisperPlan[]]> => {
      this.#gpusBefore = settings.device === 'cpu' ? [] : await gpus({ program: nvidiaSmi });
      return whisperPlans({ device: settings.device, sizes: settings.models, gpus: this.#gpusBefore, leastFreeMb: settings.leastFreeGpuMegabytes, isThere: (folder) => ['q8', 'f16'].some((kind) => existsSync(`${models}/${folder}/dec_${kind}.onnx`)) });
    };
    this.#runner = new WhisperRunner({ plans, models, threads, log, ...(module && { module }) });
  }

  get model(): string {
    return `whisper-${this.#runner.plan?.size ?? 'base'}`;
  }

  get device(): string {
    return this.#runner.plan?.device ?? 'cpu';
  }

  /** Of its process. */
  get state(): EngineState {
    return this.#runner.state;
  }

  available(): boolean {
    return this.#runner.state.kind === 'ready' && this.#detector.available();
  }

  async ready(): Promise<void> {
    await Promise.all([this.#runner.ready(), this.#detector.ready()]);
  }

  async recovered(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#runner.recovered(signal), this.#detector.recovered(signal)]);
  }

  busy(): boolean {
    return this.#gate.waiting > 0;
  }

  /** Where memory runs out, once more by the next plan: nobody computes meanwhile, so the gate is let go. */
  async recognise(request: UtteranceRequest, priority: Priority, signal?: AbortSignal): Promise<Utterance> {
    for (;;) {
      try {
        return await this.#gate.run(priority, () => this.#runner.result<Utterance>('recognise', request, signal), signal);
      } catch (error) {
        if (!(error instanceof OutOfMemory)) throw error;
        await this.#runner.ready();
        signal?.throwIfAborted();
      }
    }
  }

  voice(audio: Int16Array, memory: VadMemory, signal?: AbortSignal): Promise<VoiceReply> {
    return this.#detector.voice(audio, memory, signal);
  }

  transcribe(audio: Float32Array, options: RecognitionOptions, signal?: AbortSignal): Promise<Recognition> {
    return recogniseFile(this, audio, options, signal);
  }

  stream(options: StreamOptions): EngineStream {
    return new UtteranceStream(this, options);
  }

  /** Where the driver does not see the process: what is missing since before it was loaded. */
  async gpuBytes(): Promise<number> {
    const { plan, state } = this.#runner;
    if (plan?.device !== 'cuda' || state.kind !== 'ready') return 0;
    const driver = { program: this.#nvidiaSmi };
    const free = (list: readonly Gpu[]): number => list.find(({ uuid }) => uuid === plan.uuid)?.freeMb ?? 0;
    const usedMb = (await usedMbOf(state.pid, driver)) ?? free(this.#gpusBefore) - free(await gpus(driver));
    return Math.max(0, usedMb) * MEGABYTE;
  }

  async close(): Promise<void> {
    await Promise.all([this.#runner.close(), this.#detector.close()]);
  }
}
