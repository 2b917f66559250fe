import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { FromEngine, ToEngine } from './messages.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const FIRST_RESTART = 250;
const LONGEST_RESTART = 30_000;
/** A process that lived this long was healthy: its next restart is quick again. */
const HEALTHY_AFTER = 60_000;

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly info: unknown; readonly pid: number }
  | { readonly kind: 'down'; readonly reason: string; readonly restartInMs: number }
  | { readonly kind: 'closed' };

interface Call {
  readonly item: (value: unknown) => void;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * One local engine in a process of its own. It is started at once and again whenever it dies, with back-off.
 * Calls made while it is not ready fail at once with ENGINE_UNAVAILABLE: the chain goes on with the next engine.
 */
export class EngineProcess {
  readonly name: string;
  readonly #options: { readonly module: URL; readonly options: unknown; readonly log: Logger; readonly clock: Clock };
  readonly #events = new EventEmitter<{ state: [EngineState] }>();
  readonly #calls = new Map<number, Call>();
  #state: EngineState = { kind: 'starting' };
  #child: ChildProcess;
  #restartIn = FIRST_RESTART;
  #cancelRestart: () => void = () => undefined;
  #nextId = 0;

  constructor({ name, module, options, log, clock = systemClock }: { name: string; module: URL; options: unknown; log: Logger; clock?: Clock }) {
    this.name = name;
    this.#options = { module, options, log: log.child({ engine: name }), clock };
    this.#child = this.#start();
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Calls back on every change of state. Returns the way to stop listening. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#events.on('state', listener);
    return () => this.#events.off('state', listener);
  }

  /** The next time the engine is ready; rejects when it fails to start or is closed first. */
  async ready(): Promise<unknown> {
    let state = this.#state;
    while (state.kind === 'starting') [state] = (await once(this.#events, 'state')) as [EngineState];
    if (state.kind === 'ready') return state.info;
    throw this.#unavailable(state.kind === 'down' ? state.reason : 'closed');
  }

  /**
   * Calls `method`, pulling one item at a time. Leaving the loop or aborting cancels the computation in the process.
   * @throws CodedError ENGINE_UNAVAILABLE when the engine is not ready or dies; ENGINE_FAILED when the call fails.
   */
  async *call<Item>(method: string, args: unknown, signal?: AbortSignal): AsyncGenerator<Item, void> {
    signal?.throwIfAborted();
    if (this.#state.kind !== 'ready') throw this.#unavailable(this.#state.kind);
    const child = this.#child;
    const id = this.#nextId++;
    let finished = false;
    const abort = (): void => this.#calls.get(id)?.fail(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      let request: ToEngine = { op: 'call', id, method, args };
      for (;;) {
        const reply = await new Promise<{ value: unknown } | undefined>((resolve, fail) => {
          this.#calls.set(id, { item: (value) => resolve({ value }), done: () => resolve(undefined), fail });
          if (child.connected) child.send(request);
          else fail(this.#unavailable('it has ended'));
        }).catch((error: unknown) => {
          finished = !signal?.aborted;
          throw error;
        });
        if (reply === undefined) {
          finished = true;
          return;
        }
        yield reply.value as Item;
        signal?.throwIfAborted();
        request = { op: 'next', id };
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(id);
      if (!finished && child.connected) child.send({ op: 'cancel', id } satisfies ToEngine);
    }
  }

  /** The one result of a method that yields one. */
  async result<Item>(method: string, args: unknown, signal?: AbortSignal): Promise<Item> {
    for await (const item of this.call<Item>(method, args, signal)) return item;
    throw new CodedError('ENGINE_FAILED', { engine: this.name, reason: 'no result' });
  }

  async close(): Promise<void> {
    this.#cancelRestart();
    this.#move({ kind: 'closed' });
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL'); // nothing of it is on disk, and native threads would hold up a polite exit
    await exited;
  }

  #start(): ChildProcess {
    const { module, options, log, clock } = this.#options;
    const startedAt = clock.now();
    const child = fork(CHILD, [module.href, JSON.stringify(options)], { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
    let reason = 'it ended';
    child.on('error', (error) => (reason = error.message));
    child.on('message', (message: FromEngine) => {
      switch (message.op) {
        case 'ready':
          log.info({ ms: Math.round(clock.now() - startedAt) }, 'engine ready');
          return this.#move({ kind: 'ready', info: message.info, pid: child.pid ?? 0 });
        case 'failed':
          reason = message.message;
          return;
        case 'item':
          return this.#calls.get(message.id)?.item(message.value);
        case 'done':
          return this.#calls.get(message.id)?.done();
        case 'error':
          return this.#calls.get(message.id)?.fail(new CodedError('ENGINE_FAILED', { engine: this.name, reason: message.message }));
      }
    });
    child.on('exit', (code, signal) => {
      for (const call of [...this.#calls.values()]) call.fail(this.#unavailable(reason));
      if (this.#state.kind === 'closed') return;
      if (clock.now() - startedAt > HEALTHY_AFTER) this.#restartIn = FIRST_RESTART;
      log.warn({ code, signal, reason, restartInMs: this.#restartIn }, 'engine ended; it is started again');
      this.#move({ kind: 'down', reason, restartInMs: this.#restartIn });
      this.#cancelRestart = clock.after(this.#restartIn, () => {
        this.#move({ kind: 'starting' });
        this.#child = this.#start();
      });
      this.#restartIn = Math.min(this.#restartIn * 2, LONGEST_RESTART);
    });
    return child;
  }

  #move(state: EngineState): void {
    this.#state = state;
    this.#events.emit('state', state);
  }

  #unavailable(reason: string): CodedError {
    return new CodedError('ENGINE_UNAVAILABLE', { engine: this.name, reason });
  }
}
