import type { Logger } from '../../core/log.ts';
import { CodedError } from '../../core/errors.ts';
import { EngineProcess, type EngineState } from '../process/engine-process.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { recovered } from './recovered.ts';
import type { WhisperPlan } from './whisper-plans.ts';
import type { WhisperProcessOptions } from './whisper-process.ts';

export interface WhisperRunnerOptions {
  readonly plans: () => Promise<readonly [WhisperPlan, ...WhisperPlan[]]>;
  /** Folder of the models, absolute. */
  readonly models: string;
  readonly threads: number;
  readonly log: Logger;
  /** What runs in the process. */
  readonly module?: URL;
}

/**
 * Whisper's process by the best plan that works. A plan that cannot be loaded, or runs out of memory, is left for the
 * next: its process ends, and with it all that it held. It does not climb back: whoever took the memory may do so again.
 */
export class WhisperRunner {
  readonly #options: WhisperRunnerOptions;
  /** Until the process of the plan in use has been started. */
  #started: Promise<void>;
  #plans: readonly WhisperPlan[] = [];
  #process: EngineProcess | undefined;
  #closed = false;

  constructor(options: WhisperRunnerOptions) {
    this.#options = options;
    this.#started = options.plans().then((plans) => {
      this.#plans = plans;
      this.#start();
    });
  }

  /** What it is run by now; undefined until that is known. */
  get plan(): WhisperPlan | undefined {
    return this.#plans[0];
  }

  get state(): EngineState {
    return this.#process?.state ?? { kind: this.#closed ? 'closed' : 'starting' };
  }

  async ready(): Promise<void> {
    await this.#whatever((process) => process.ready());
  }

  async recovered(signal: AbortSignal): Promise<void> {
    await this.#whatever((process) => recovered(process, signal));
  }

  /** @throws CodedError ENGINE_UNAVAILABLE, ENGINE_FAILED; OutOfMemory when the next plan is being loaded */
  async result<Item>(method: string, args: unknown, signal?: AbortSignal): Promise<Item> {
    const process = this.#process;
    if (process === undefined) throw new CodedError('ENGINE_UNAVAILABLE', { engine: 'whisper', reason: 'starting' });
    try {
      return await process.result<Item>(method, args, signal);
    } catch (error) {
      if (isOutOfMemory(error) && this.#leave(process, 'out of memory')) throw new OutOfMemory(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process?.close();
    await this.#started;
  }

  /** Waits for the process, whichever plan it comes to run by. */
  async #whatever(wait: (process: EngineProcess) => Promise<unknown>): Promise<void> {
    for (;;) {
      const started = this.#started;
      await started;
      if (this.#process === undefined) throw new CodedError('ENGINE_UNAVAILABLE', { engine: 'whisper', reason: 'closed' });
      try {
        await wait(this.#process);
        return;
      } catch (error) {
        if (started === this.#started) throw error;
      }
    }
  }

  #start(): void {
    const { models, threads, log, module = new URL('./whisper-process.ts', import.meta.url) } = this.#options;
    const plan = this.plan;
    if (plan === undefined || this.#closed) return;
    const options: WhisperProcessOptions = { folder: `${models}/${plan.folder}`, threads, size: plan.size, ...(plan.uuid !== undefined && { uuid: plan.uuid }) };
    const process = new EngineProcess({ name: 'whisper', module, options, log });
    this.#process = process;
    let loaded = false;
    process.onState((state) => {
      if (state.kind === 'ready') loaded = true;
      if (state.kind === 'down' && !loaded) this.#leave(process, state.reason);
    });
  }

  /** @returns whether there is a next plan, which is then being loaded */
  #leave(process: EngineProcess, reason: string): boolean {
    if (process !== this.#process) return true;
    const [plan, ...others] = this.#plans;
    if (plan === undefined || others.length === 0) return false;
    this.#plans = others;
    this.#process = undefined;
    this.#options.log.error({ engine: 'whisper', left: plan.folder, device: plan.device, next: others[0]?.folder, reason }, 'whisper goes on with less');
    // Not before its memory is free again.
    this.#started = process.close().then(() => this.#start());
    return true;
  }
}

/** The plan in use has run out of memory; the call may be made again when the next is ready. */
export class OutOfMemory extends CodedError {
  constructor(cause: unknown) {
    super('ENGINE_UNAVAILABLE', { engine: 'whisper', reason: 'memory ran out' }, { cause });
  }
}
