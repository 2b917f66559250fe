import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import type { BlobStore, ByteRange } from './blob-store.ts';
import { checkKey } from './blob-key.ts';
import { unavailable } from './unavailable.ts';

/** Blobs as files of a folder, for this user alone. */
export class FolderBlobs implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  put(key: string, body: Readable): Promise<number> {
    const file = this.#file(key);
    return unavailable(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // Written aside and renamed: who reads finds the whole of it, also after a crash.
      const draft = `${file}.${randomUUID()}.part`;
      try {
        await pipeline(body, createWriteStream(draft, { mode: 0o600, flush: true }));
        const { size } = await stat(draft);
        await rename(draft, file);
        return size;
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    });
  }

  get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    const file = this.#file(key);
    return unavailable(async () => {
      const handle = await open(file).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      return handle && createReadStream(file, { fd: handle, ...range });
    });
  }

  remove(key: string): Promise<void> {
    const file = this.#file(key);
    return unavailable(async () => {
      const folder = dirname(file);
      const names = await readdir(folder).catch(() => []);
      // With what a crash has left half written of it.
      for (const name of names.filter((one) => one === basename(file) || one.startsWith(`${basename(file)}.`))) await rm(join(folder, name), { force: true });
      // The session’s folder, when that was the last of it.
      await rmdir(folder).catch(() => undefined);
    });
  }

  #file(key: string): string {
    return join(this.#folder, checkKey(key));
  }
}

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
