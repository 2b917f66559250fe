import { delay, type Clock } from '../core/clock.ts';
import { databaseError, isBusy } from './driver-errors.ts';

/** Between the attempts of what found the database busy, ms: twice as long each time, up to the second. */
const WAITS = { first: 10, longest: 250 };
/** After so long it is given up, ms: nobody writes for seconds, unless from outside. */
const PATIENCE = 5_000;

/**
 * Does `work`, again after a while where others were writing. `work` may run several times.
 * @param database as an error names it
 * @throws CodedError DATABASE_…, and whatever else `work` throws
 */
export async function patiently<Result>(work: () => Result | Promise<Result>, { clock, database }: { clock: Clock; database: string }): Promise<Result> {
  const giveUpAt = clock.now() + PATIENCE;
  for (let wait = WAITS.first; ; wait = Math.min(2 * wait, WAITS.longest)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || clock.now() >= giveUpAt) throw databaseError(error, database);
    }
    await delay(wait, { clock });
  }
}
