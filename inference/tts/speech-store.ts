import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../../core/log.ts';

const SUFFIX = '.pcm';
const DIGEST_BYTES = 32;

/**
 * Rendered speech on disk: a file an utterance, the SHA-256 of the samples before the samples (16-bit little-endian). What was
 * not used for longest goes first when the folder is full. A file that is damaged counts as absent; a disk that is full
 * costs only the rendering.
 */
export class SpeechStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #log: Logger;
  /** Name → size. The order of use survives a restart in the files' times. */
  readonly #files: LRUCache<string, number>;
  #drafts = 0;

  constructor({ folder, maxBytes, log }: { folder: string; maxBytes: number; log: Logger }) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#log = log;
    this.#files = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: (size) => size, dispose: (_, name, reason) => void (reason === 'evict' && this.#remove(name)) });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = readdirSync(folder);
    for (const draft of files.filter((name) => name.endsWith('.draft'))) rmSync(join(folder, draft), { force: true }); // of a process that ended while writing
    const found = files.filter((name) => name.endsWith(SUFFIX)).map((name) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }));
    for (const { name, stat } of found.sort((a, b) => (a.stat?.mtimeMs ?? 0) - (b.stat?.mtimeMs ?? 0))) {
      if (stat !== undefined) this.#files.set(name, Math.max(1, stat.size));
    }
  }

  get entries(): number {
    return this.#files.size;
  }

  get bytes(): number {
    return this.#files.calculatedSize;
  }

  async read(key: string): Promise<Int16Array | undefined> {
    const name = key + SUFFIX;
    if (this.#files.get(name) === undefined) return undefined;
    const file = join(this.#folder, name);
    try {
      const bytes = await readFile(file);
      const samples = bytes.subarray(DIGEST_BYTES);
      if (samples.length === 0 || samples.length % 2 !== 0 || !digest(samples).equals(bytes.subarray(0, DIGEST_BYTES))) throw new Error('it is damaged');
      const now = new Date();
      await utimes(file, now, now);
      return new Int16Array(samples.buffer.slice(samples.byteOffset, samples.byteOffset + samples.length));
    } catch (error) {
      this.#log.warn({ name, reason: String(error) }, 'stored speech cannot be read; it is rendered again');
      this.#files.delete(name);
      await this.#remove(name);
      return undefined;
    }
  }

  /** Never rejects: speech that could not be kept is rendered again. */
  async write(key: string, pcm: Int16Array): Promise<void> {
    const name = key + SUFFIX;
    const samples = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    if (samples.length + DIGEST_BYTES > this.#maxBytes) return;
    const draft = join(this.#folder, `${name}.${process.pid}-${this.#drafts++}.draft`);
    try {
      await writeFile(draft, Buffer.concat([digest(samples), samples]), { mode: 0o600 });
      await rename(draft, join(this.#folder, name));
      this.#files.set(name, samples.length + DIGEST_BYTES);
    } catch (error) {
      this.#log.warn({ reason: String(error) }, 'rendered speech cannot be stored');
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  async #remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => undefined);
  }
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
