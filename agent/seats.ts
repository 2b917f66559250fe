import type { JobRequest } from '@livekit/agents';
import type { Clock } from '../core/clock.ts';

/** An order that has not become a room by then never will, ms: a process that starts on a busy machine takes its time. */
const STARTING = 60_000;

/**
 * Takes orders for rooms up to the maximum, those that are still starting counted: livekit-server hears of the load
 * only every other second, and would hand over a burst whole.
 */
export class Seats {
  readonly #running: () => number;
  readonly #maximum: number;
  readonly #clock: Clock;
  readonly #starting = new Set<string>();

  /** @param running rooms whose coach is at work */
  constructor({ running, maximum, clock }: { running: () => number; maximum: number; clock: Clock }) {
    this.#running = running;
    this.#maximum = maximum;
    this.#clock = clock;
  }

  /** 0 … 1 */
  get load(): number {
    return (this.#running() + this.#starting.size) / this.#maximum;
  }

  async take(request: Pick<JobRequest, 'id' | 'accept' | 'reject'>): Promise<void> {
    if (this.load >= 1) {
      await request.reject();
      return;
    }
    this.#starting.add(request.id);
    const cancel = this.#clock.after(STARTING, () => this.#starting.delete(request.id));
    try {
      await request.accept();
    } finally {
      cancel();
      this.#starting.delete(request.id);
    }
  }
}
