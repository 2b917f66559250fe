import { systemClock, type Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/log.ts';
import type { NewSessionEvent, SessionEvent } from '../../protocol/session-events.ts';
import { BEAT } from './box-file.ts';
import { disk as realDisk, type Disk } from './disk.ts';

const RETRY = 1_000;

export interface OutboxOptions {
  /** Of this coach's term alone: it begins empty. */
  readonly file: string;
  /** Told of each event, which may be sent before it is on disk. */
  readonly onEvent: (event: SessionEvent) => void;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly disk?: Disk;
}

/**
 * What a coach has to tell of its term, numbered from 1 without a gap, on disk as one JSON object a line: it outlives
 * the job. While the disk is full or gone, events wait in memory in their order.
 */
export class Outbox {
  readonly #options: OutboxOptions & { readonly clock: Clock; readonly disk: Disk };
  #seq = 0;
  /** It has told that the session ended: what still stirs afterwards is none of its matter. */
  #over = false;
  /** Bytes of the file that are whole lines; a line torn by a full disk is cut off before the next one. */
  #bytes = 0;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #failing = false;
  #cancelBeat: () => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#options = { clock: systemClock, disk: realDisk, ...options };
    this.#beat();
  }

  /** The job leaves; what it wrote is the worker's now. */
  close(): void {
    this.#cancelBeat();
  }

  /** Numbers, dates and keeps an event; `session_ended` is the last. Never fails and never waits for the disk. */
  add(event: NewSessionEvent): void {
    if (this.#over) return;
    this.#over = event.type === 'session_ended';
    this.#seq += 1;
    const numbered: SessionEvent = { seq: this.#seq, at: Math.round(this.#options.clock.wall()), ...event };
    this.#waiting.push(`${JSON.stringify(numbered)}\n`);
    this.#writing ??= this.#drain();
    this.#options.onEvent(numbered);
  }

  /** Resolves to whether all that was added is on disk: right away, to false, while the disk fails. */
  async settled(): Promise<boolean> {
    while (this.#writing !== undefined && !this.#failing) await this.#writing;
    return this.#waiting.length === 0;
  }

  #beat(): void {
    const { clock, disk, file } = this.#options;
    this.#cancelBeat = clock.after(BEAT, () => {
      void disk.touch(file);
      this.#beat();
    });
  }

  async #drain(): Promise<void> {
    const { file, disk, log } = this.#options;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.join('');
      const count = this.#waiting.length;
      try {
        if (this.#failing) await disk.cut(file, this.#bytes).catch(() => undefined);
        await disk.append(file, lines);
      } catch (error) {
        this.#retryLater(error);
        return;
      }
      this.#bytes += Buffer.byteLength(lines);
      this.#waiting.splice(0, count);
      if (this.#failing) log.info('the outbox writes again; nothing was lost');
      this.#failing = false;
    }
    this.#writing = undefined;
  }

  #retryLater(error: unknown): void {
    const { log, clock } = this.#options;
    if (!this.#failing) log.error({ code: (error as NodeJS.ErrnoException).code, waiting: this.#waiting.length }, 'OUTBOX_WRITE_FAILED: events wait in memory until the disk takes them');
    this.#failing = true;
    this.#writing = undefined;
    clock.after(RETRY, () => {
      this.#writing ??= this.#drain();
    });
  }
}
