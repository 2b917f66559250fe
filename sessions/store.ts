import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import type { StoreSecrets } from '../core/secrets.ts';
import type { SessionReview } from '../protocol/session-review.ts';
import { openBlobs } from './blobs/open-blobs.ts';
import { openDatabase } from './database.ts';
import { Erasure } from './erasure.ts';
import { EventLog } from './event-log.ts';
import { LeaseTime } from './lease-time.ts';
import { Leases } from './leases.ts';
import { Learners } from './learners.ts';
import { LessonShelf } from './lesson-shelf.ts';
import { Recordings } from './recordings.ts';
import { Retention } from './retention.ts';
import { reviewOf } from './reviews.ts';
import { Sessions } from './sessions.ts';
import { Summaries } from './summaries.ts';

export { LEASE_TTL } from './lease-time.ts';
export { RESUMABLE } from './summaries.ts';
export type { KeptSession } from './kept-session.ts';

/** What is kept of sessions, and all that may be done with it. Every call may reject with DATABASE_… errors. */
export interface Store {
  readonly sessions: Sessions;
  readonly leases: Leases;
  readonly events: EventLog;
  readonly summaries: Summaries;
  readonly recordings: Recordings;
  readonly learners: Learners;
  readonly retention: Retention;
  /** @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
  readonly review: (id: string) => Promise<SessionReview>;
  /** Resolves when the database answers. @throws CodedError DATABASE_… */
  readonly check: () => Promise<void>;
  /** Ends what is under way and lets go of the database. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The data folder. */
  readonly home: string;
  readonly settings: Config['sessions'];
  readonly secrets: StoreSecrets;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Opens the database, brings its tables up to date and begins to delete what was kept long enough.
 * @throws CodedError DATABASE_NEWER, DATABASE_UNUSABLE, DATABASE_UNREACHABLE, DATABASE_BUSY, DATABASE_FULL
 */
export async function openStore({ home, settings, secrets, clock, log }: StoreOptions): Promise<Store> {
  const blobs = openBlobs({ home, settings: settings.blobs, secrets, clock });
  const database = await openDatabase({ home, url: secrets.databaseUrl, clock, log });
  const time = new LeaseTime(clock);
  const sessions = new Sessions({ database, lessons: new LessonShelf(database), time });
  const events = new EventLog({ database, time, log });
  const summaries = new Summaries({ database, clock });
  const recordings = new Recordings({ database, blobs, clock });
  const erasure = new Erasure({ database, blobs, clock });
  const learners = new Learners({ database, events, recordings, erasure, clock });
  const retention = new Retention({ database, erasure, settings, clock, log });
  retention.start();
  return {
    sessions,
    leases: new Leases({ database, time }),
    events,
    summaries,
    recordings,
    learners,
    retention,
    review: (id) => reviewOf(id, { events, summaries, recordings }),
    check: () => database.check(),
    async close() {
      await retention.stop();
      await database.close();
    },
  };
}
