import type { Outbox } from './outbox.ts';
import type { Shipper } from './shipper.ts';

/** For the token service to take the last events, ms; then they are the worker's, from the disk. */
const PATIENCE = 1_500;
/** Tries for events that nobody took yet and no disk holds: with the process, they would be gone. */
const TRIES = 40;

/** Resolves to whether the token service took everything; else it is on disk, or nobody wanted it for a minute. */
export async function lastWords(shipper: Pick<Shipper, 'told' | 'close'>, outbox: Pick<Outbox, 'settled' | 'close'>): Promise<boolean> {
  let told = await shipper.told(PATIENCE);
  for (let tries = 1; !told && tries < TRIES && !(await outbox.settled()); tries += 1) told = await shipper.told(PATIENCE);
  shipper.close();
  outbox.close();
  return told;
}
