import { EventEmitter } from 'node:events';
import { delay, systemClock, type Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { ProcessGroup, type ProgramOptions } from './process-group.ts';
import type { Probe } from './probe.ts';
import type { Watchdog } from './watchdog.ts';

const FIRST_RESTART = 500;
const LONGEST_RESTART = 30_000;
/** A program that was ready this long is healthy: its next restart is quick again. */
const HEALTHY_AFTER = 60_000;
/** A program that has never been ready and ended this often will not be: its configuration is wrong, or its files. */
const FAILED_STARTS = 3;
const PROBE_EVERY = 100;
/** A program that runs but answered none of this many looks, 5 s apart, hangs: it is ended and started again. */
const LOOK_EVERY = 5_000;
const HANGS_AFTER = 6;
const KEPT_LINES = 20;
/** A service that serves although something better is still loading gets this long to load it before it counts as ready. */
const SETTLING = 15_000;

export interface ServiceDefinition extends Omit<ProgramOptions, 'onLine'> {
  readonly name: string;
  /** Looks whether it does its job. */
  readonly probe: (signal: AbortSignal) => Promise<Probe>;
}

export type ServiceState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly pid: number; readonly afterMs: number }
  | { readonly kind: 'down'; readonly reason: string; readonly restartInMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface SupervisorOptions {
  readonly watchdog: Watchdog;
  readonly onLine: (line: string) => void;
  readonly clock?: Clock;
}

/** One service: started at once, probed until it is ready, started again with back-off whenever it ends or hangs. */
export class SupervisedService {
  readonly name: string;
  readonly #definition: ServiceDefinition;
  readonly #options: Required<SupervisorOptions>;
  readonly #events = new EventEmitter<{ state: [ServiceState] }>();
  readonly #stopping = new AbortController();
  readonly #lastLines: string[] = [];
  #state: ServiceState = { kind: 'starting' };
  #group: ProcessGroup | undefined;
  #lastProbe: Probe | undefined;
  #everReady = false;
  #failedStarts = 0;
  #restartIn = FIRST_RESTART;
  readonly #running: Promise<void>;

  constructor(definition: ServiceDefinition, { clock = systemClock, ...options }: SupervisorOptions) {
    this.name = definition.name;
    this.#definition = definition;
    this.#options = { ...options, clock };
    this.#running = this.#run();
  }

  get state(): ServiceState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#group?.pid;
  }

  /** What its health page said last. */
  get lastProbe(): Probe | undefined {
    return this.#lastProbe;
  }

  /** The last lines it wrote, for an error that says why. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  /** Calls back on every change of state. Returns the way to stop listening. */
  onState(listener: (state: ServiceState) => void): () => void {
    this.#events.on('state', listener);
    return () => this.#events.off('state', listener);
  }

  /**
   * The next time it is ready (at once when it is).
   * @throws CodedError SERVICE_FAILED when it gives up or is stopped first.
   */
  async ready(): Promise<Extract<ServiceState, { kind: 'ready' }>> {
    for (;;) {
      const state = this.#state;
      if (state.kind === 'ready') return state;
      if (state.kind === 'failed') throw new CodedError('SERVICE_FAILED', { service: this.name, reason: state.reason });
      if (state.kind === 'stopped') throw new CodedError('SERVICE_FAILED', { service: this.name, reason: 'it was stopped' });
      await new Promise((resolve) => this.#events.once('state', resolve));
    }
  }

  /** SIGTERM, again for those that drain on the first (livekit-server), then SIGKILL for the whole group after `graceMs`. */
  async stop(graceMs = 4_000): Promise<void> {
    this.#stopping.abort(new Error('stopped'));
    const { clock } = this.#options;
    this.#group?.terminate();
    const cancels = [
      clock.after(graceMs / 3, () => this.#group?.terminate()),
      clock.after(graceMs, () => this.#group?.kill()),
    ];
    await this.#running;
    for (const cancel of cancels) cancel();
  }

  /** Ends what runs of it now, at once; unless it is being stopped, it is started again. */
  kill(): void {
    this.#group?.kill();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      for (;;) {
        const startedAt = clock.now();
        this.#move({ kind: 'starting' });
        const reason = await this.#once(startedAt);
        signal.throwIfAborted();
        if (!this.#everReady && ++this.#failedStarts >= FAILED_STARTS) {
          this.#move({ kind: 'failed', reason });
          return;
        }
        if (clock.now() - startedAt > HEALTHY_AFTER) this.#restartIn = FIRST_RESTART;
        this.#move({ kind: 'down', reason, restartInMs: this.#restartIn });
        await delay(this.#restartIn, { clock, signal });
        this.#restartIn = Math.min(this.#restartIn * 2, LONGEST_RESTART);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      this.#move({ kind: 'stopped' });
    }
  }

  /** One life of the program. Resolves with the reason of its end. */
  async #once(startedAt: number): Promise<string> {
    const { watchdog, onLine, clock } = this.#options;
    const group = new ProcessGroup({
      ...this.#definition,
      onLine: (line) => {
        this.#lastLines.push(line);
        this.#lastLines.splice(0, this.#lastLines.length - KEPT_LINES);
        onLine(line);
      },
    });
    this.#group = group;
    if (group.pid !== undefined) watchdog.watch(group.pid);
    const over = new AbortController();
    const probing = this.#probeUntilReady(over.signal).then((ready) => {
      if (!ready || group.pid === undefined) return;
      this.#everReady = true;
      this.#move({ kind: 'ready', pid: group.pid, afterMs: Math.round(clock.now() - startedAt) });
      return this.#untilItHangs(over.signal);
    });
    const hung = probing.then((hangs) => {
      if (hangs === true) group.kill();
      return hangs;
    });
    const reason = await group.ended;
    over.abort(new Error('ended'));
    if (group.pid !== undefined) watchdog.forget(group.pid);
    return (await hung) === true ? `it hung: no answer to ${HANGS_AFTER} looks` : reason;
  }

  /** False when the program ended first. */
  async #probeUntilReady(over: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    let degradedSince: number | undefined;
    for (;;) {
      const probe = await this.#definition.probe(over).catch(() => undefined);
      if (over.aborted) return false;
      this.#lastProbe = probe;
      if (probe?.ready === true) {
        if (probe.health?.status !== 'degraded') return true;
        degradedSince ??= clock.now();
        if (clock.now() - degradedSince >= SETTLING) return true;
      }
      await delay(PROBE_EVERY, { clock, signal: over }).catch(() => undefined);
    }
  }

  /** True when it runs and answers no more, whatever the answer; false when it ended first. */
  async #untilItHangs(over: AbortSignal): Promise<boolean> {
    for (let unanswered = 0; unanswered < HANGS_AFTER; ) {
      await delay(LOOK_EVERY, { clock: this.#options.clock, signal: over }).catch(() => undefined);
      const probe = await this.#definition.probe(over).catch(() => undefined);
      if (over.aborted) return false;
      unanswered = probe === undefined ? unanswered + 1 : 0;
    }
    return true;
  }

  #move(state: ServiceState): void {
    this.#state = state;
    this.#events.emit('state', state);
  }
}
