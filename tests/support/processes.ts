import { vi } from 'vitest';

/** Whether a process (or, with a negative number, any process of a group) is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when the process or group is gone. */
export const untilGone = (pid: number): Promise<void> =>
  vi.waitFor(() => {
    if (isAlive(pid)) throw new Error(`${String(pid)} is still there`);
  }, { timeout: 20_000, interval: 20 });
