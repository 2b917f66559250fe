import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { isCodedError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Database } from './database.ts';
import type { Erasure } from './erasure.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So long an erased session’s id is known to be one: whatever was under way for it has come by then. */
const TOMBSTONE_DAYS = 365;

interface RetentionDeps {
  readonly database: Database;
  readonly erasure: Erasure;
  readonly settings: Pick<Config['sessions'], 'keepDays' | 'keepRecordingsDays'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Deletes what was kept long enough, and ends what was left a day ago without an end; at the start and every hour. */
export class Retention {
  readonly #deps: RetentionDeps;
  #running = Promise.resolve();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.run().then(() => {
      if (!this.#stopped) this.#cancel = this.#deps.clock.after(HOUR, () => this.start());
    });
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  /** Deletes now, after what is under way; what fails is logged and tried again the next time. Never rejects. */
  run(): Promise<void> {
    this.#running = this.#running.then(() => this.#all());
    return this.#running;
  }

  async #all(): Promise<void> {
    const { database, erasure, settings, clock } = this.#deps;
    const ago = (days: number): number => clock.wall() - days * DAY;
    await this.#step('sessions that nobody ended', () => database.write(async (transaction) => {
      const { numUpdatedRows } = await transaction.updateTable('sessions')
        .set((row) => ({ ended_at: row.fn.coalesce('last_word_at', 'created_at'), end_reason: 'left', holder: null, lease_until: 0 }))
        .where('ended_at', 'is', null).where('created_at', '<', ago(1)).where('lease_until', '<', ago(1)).executeTakeFirst();
      return Number(numUpdatedRows);
    }));
    if (settings.keepDays > 0) await this.#step('sessions', async () => (await erasure.before(ago(settings.keepDays))).sessions);
    if (settings.keepRecordingsDays > 0) await this.#step('recordings', () => erasure.recordingsBefore(ago(settings.keepRecordingsDays)));
    await this.#step('recordings without a session', () => erasure.sweep());
    await this.#step('lessons', () => database.write(async (transaction) => {
      const { numDeletedRows } = await transaction.deleteFrom('lessons').where((row) => row.not(row.exists(row.selectFrom('sessions').select('id').whereRef('lesson_hash', '=', 'lessons.hash')))).executeTakeFirst();
      return Number(numDeletedRows);
    }));
    await this.#step('tombstones', () => database.write(async (transaction) => {
      const { numDeletedRows } = await transaction.deleteFrom('erased_sessions').where('erased_at', '<', ago(TOMBSTONE_DAYS)).executeTakeFirst();
      return Number(numDeletedRows);
    }));
  }

  async #step(what: string, work: () => Promise<number>): Promise<void> {
    const { log } = this.#deps;
    if (this.#stopped) return;
    try {
      const count = await work();
      if (count > 0) log.info({ what, count }, 'kept long enough, put away');
    } catch (error) {
      // Of an error that is not ours nobody knows what it quotes.
      const why = isCodedError(error) ? { code: error.code, reason: error.message } : { code: 'INTERNAL', reason: error instanceof Error ? error.name : 'unknown' };
      log.warn({ what, ...why }, 'what was kept long enough could not be put away; tried again in an hour');
    }
  }
}
