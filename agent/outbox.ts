import { readFileSync } from 'node:fs';
import { appendFile, mkdir, stat, truncate } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import { systemClock, type Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { SessionEvent, type NewSessionEvent } from '../protocol/session-events.ts';

const RETRY = 1_000;

/**
 * The session's events on disk, one JSON object a line (mode 0600), numbered without a gap. It outlives the job: whoever
 * opens the same file goes on where it ended. While the disk is full or gone, events wait in memory in their order.
 */
export class Outbox {
  /** What earlier jobs of this session had written. */
  readonly past: readonly SessionEvent[];
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #seq: number;
  /** Bytes of the file that are whole lines; a line torn by a crash or a full disk is cut off before the next one. */
  #bytes: number;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #failing = false;

  private constructor(file: string, { clock, log }: { clock: Clock; log: Logger }) {
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
    const { events, seq, bytes, unreadable } = readWhole(file);
    this.past = events;
    this.#bytes = bytes;
    this.#seq = seq;
    if (unreadable > 0) log.warn({ file: basename(file), lines: unreadable }, 'lines of the outbox cannot be read: the session goes on without them, and they stay in the file');
  }

  static async open(file: string, { clock = systemClock, log }: { clock?: Clock; log: Logger }): Promise<Outbox> {
    // A folder that cannot be made is met again, and waited out, at the first write.
    await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => undefined);
    const outbox = new Outbox(file, { clock, log });
    await cutTo(file, outbox.#bytes).catch(() => undefined);
    return outbox;
  }

  /** Numbers, dates and keeps an event. Never fails and never waits for the disk. */
  add(event: NewSessionEvent): SessionEvent {
    this.#seq += 1;
    const numbered: SessionEvent = { seq: this.#seq, at: Math.round(this.#clock.wall()), ...event };
    this.#waiting.push(`${JSON.stringify(numbered)}\n`);
    this.#writing ??= this.#drain();
    return numbered;
  }

  /** Resolves when all that was added is on disk, or right away while the disk fails. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined && !this.#failing) await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.join('');
      const count = this.#waiting.length;
      try {
        await appendFile(this.#file, lines, { mode: 0o600 });
      } catch (error) {
        this.#retryLater(error);
        return;
      }
      this.#bytes += Buffer.byteLength(lines);
      this.#waiting.splice(0, count);
      if (this.#failing) this.#log.info('the outbox writes again; nothing was lost');
      this.#failing = false;
    }
    this.#writing = undefined;
  }

  #retryLater(error: unknown): void {
    if (!this.#failing) this.#log.error({ code: (error as NodeJS.ErrnoException).code, waiting: this.#waiting.length }, 'OUTBOX_WRITE_FAILED: events wait in memory until the disk takes them');
    this.#failing = true;
    this.#writing = undefined;
    this.#clock.after(RETRY, () => {
      this.#writing ??= mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
        .then(() => cutTo(this.#file, this.#bytes))
        .catch(() => undefined)
        .then(() => this.#drain());
    });
  }
}

/** Never lengthens: a file that is shorter, or new, lost what it had in some other way. */
async function cutTo(file: string, bytes: number): Promise<void> {
  if ((await stat(file)).size > bytes) await truncate(file, bytes);
}

const Numbered = Type.Object({ seq: Type.Integer({ minimum: 1 }) });

/** All whole lines. A damaged disk or an editor may have left some that are no event: the others must not be lost for it. */
function readWhole(file: string): { events: SessionEvent[]; seq: number; bytes: number; unreadable: number } {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    // A file that is there and cannot be read now is not an empty one: another coach tries again.
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return { events: [], seq: 0, bytes: 0, unreadable: 0 };
  }
  // Counted before decoding, which changes the length of damaged bytes.
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.toString('utf8', 0, bytes).split('\n').slice(0, -1).map(parseLine);
  const events = lines.filter((line) => Value.Check(SessionEvent, line));
  const seq = lines.reduce<number>((highest, line) => (Value.Check(Numbered, line) ? Math.max(highest, line.seq) : highest), 0);
  return { events, seq, bytes, unreadable: lines.length - events.length };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
