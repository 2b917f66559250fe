import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What outboxes need of a disk: a test stands between, and lets a process die at each step. */
export interface Disk {
  /** Adds to a file (mode 0600), made with its folder where it is not there. */
  append(file: string, text: string): Promise<void>;
  /** Cuts a file that is longer than so many bytes. */
  cut(file: string, bytes: number): Promise<void>;
  read(file: string): Promise<Buffer>;
  /** Unix ms at which a file was last written to, or touched. */
  modified(file: string): Promise<number>;
  /** Marks a file as written to now; nothing where there is none. */
  touch(file: string): Promise<void>;
  /** Names in a folder; none where it is not there. */
  list(folder: string): Promise<string[]>;
  remove(file: string): Promise<void>;
}

export const disk: Disk = {
  async append(file, text) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, text, { mode: 0o600 });
  },
  async cut(file, bytes) {
    if ((await stat(file)).size > bytes) await truncate(file, bytes);
  },
  read: (file) => readFile(file),
  modified: async (file) => (await stat(file)).mtimeMs,
  touch: (file) => utimes(file, new Date(), new Date()).catch(() => undefined),
  async list(folder) {
    try {
      return await readdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },
  remove: (file) => rm(file, { force: true }),
};
