import type { Clock } from '../../core/clock.ts';
import { isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { BATCH_LIMIT, type SessionEvent } from '../../protocol/session-events.ts';
import { boxFile, boxName, isWritten, listBoxes, readBox, type Box } from './box-file.ts';
import { disk as realDisk, type Disk } from './disk.ts';

/** Between two rounds, ms. */
const ROUND = 1_000;

export interface SweeperOptions {
  readonly folder: string;
  readonly tokenService: Pick<TokenServiceClient, 'postEvents' | 'release'>;
  /** Delivers and removes what was recorded in the term of a box. */
  readonly recordings: { deliver(box: Box): Promise<void>; remove(box: Box): Promise<void> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly disk?: Disk;
  /** Whether a box's job is still at it. */
  readonly isWritten?: (box: Box) => Promise<boolean>;
}

/**
 * Empties the outboxes of jobs that are over, however they ended: tells the token service what it has not heard, gives
 * the lease back, so that another coach can come at once, hands over the recording, and removes the files.
 */
export class Sweeper {
  readonly #options: SweeperOptions & { readonly disk: Disk; readonly isWritten: (box: Box) => Promise<boolean> };
  /** Boxes that the token service knows nothing of: looked at again after a restart, and never thrown away here. */
  readonly #foreign = new Set<string>();
  #cancel: () => void = () => undefined;
  #started = false;
  #closed = false;
  #reachable = true;

  constructor(options: SweeperOptions) {
    const { disk = realDisk, folder } = options;
    this.#options = { isWritten: (box) => isWritten(disk, folder, box), ...options, disk };
  }

  /** Begins to look after the boxes, every second; once. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#round();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  /**
   * Empties all boxes whose job is over.
   * @throws what the disk or the token service threw; what was not delivered stays.
   */
  async sweep(): Promise<void> {
    const failures: unknown[] = [];
    for (const box of await this.#left()) {
      await this.#empty(box).catch((error: unknown) => {
        if (isCodedError(error, 'ENGINE_UNAVAILABLE')) throw error;
        // One box must not hold up the others.
        failures.push(error);
      });
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Tells what earlier jobs of a session had still to tell, and leaves their boxes to the worker.
   * @throws as `sweep`
   */
  async tell(session: string): Promise<void> {
    for (const box of await this.#left()) if (box.session === session) await this.#tell(box);
  }

  async #left(): Promise<Box[]> {
    const { folder, disk } = this.#options;
    const left: Box[] = [];
    for (const box of await listBoxes(disk, folder)) if (!this.#foreign.has(boxName(box)) && !(await this.#options.isWritten(box))) left.push(box);
    return left;
  }

  async #round(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await this.sweep();
      if (!this.#reachable) log.info('what was left of earlier sessions is delivered');
      this.#reachable = true;
    } catch (err) {
      if (this.#reachable) log.warn({ err }, 'what is left of earlier sessions cannot be delivered now; it waits on disk');
      this.#reachable = false;
    }
    if (!this.#closed) this.#cancel = clock.after(ROUND, () => void this.#round());
  }

  async #empty(box: Box): Promise<void> {
    const { folder, disk, recordings, log } = this.#options;
    try {
      await this.#tell(box);
      await this.#release(box);
      await recordings.deliver(box);
    } catch (error) {
      if (isCodedError(error, 'SESSION_UNKNOWN')) {
        this.#foreign.add(boxName(box));
        log.error({ session: box.session }, 'the token service does not know a session that was held here: its events stay in outbox/ of the data folder');
        return;
      }
      if (!isCodedError(error, 'SESSION_ERASED')) throw error;
      await recordings.remove(box);
    }
    // Last: a box that is there is one that something may be missing of.
    await disk.remove(boxFile(folder, box));
  }

  async #release({ session, term }: Box): Promise<void> {
    try {
      await this.#options.tokenService.release(session, term);
    } catch (error) {
      // The session has ended, or another coach is at it already.
      if (!isCodedError(error, 'LEASE_LOST') && !isCodedError(error, 'SESSION_OVER')) throw error;
    }
  }

  async #tell(box: Box): Promise<void> {
    const { folder, disk, tokenService, clock } = this.#options;
    const { session, term } = box;
    const events = await readBox(disk, boxFile(folder, box));
    const post = async (batch: readonly SessionEvent[]): Promise<number> =>
      (await tokenService.postEvents(session, { term, sentAt: Math.round(clock.wall()), events: [...batch] })).seq;
    for (let seq = await post([]); seq < events.length; ) seq = await post(events.slice(seq, seq + BATCH_LIMIT));
  }
}
