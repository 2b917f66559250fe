import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { delay } from '../../core/clock.ts';

const POLL_MS = 250;

/**
 * Runs `work` while no other process runs work under the same `file`; waits for its turn, calling `onWait` once.
 *
 * The lock is SQLite's own on an empty database: the operating system gives it back when the process ends, however it
 * ends, so that there is no stale lock to judge.
 */
export async function exclusively<T>(file: string, work: () => Promise<T>, onWait: () => void = () => undefined): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    for (let told = false; !tryLock(database); told = true) {
      if (!told) onWait();
      await delay(POLL_MS);
    }
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    // Nothing is ever written, so nothing has to be journalled on disk.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/.test(error.message)) return false;
    throw error;
  }
}
