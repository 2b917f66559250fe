import type { Readable } from 'node:stream';

/** Bytes from `start` to `end`, both included; to the last where `end` is absent. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/**
 * Where recordings lie. Keys are of letters, digits, `-` and `_`, in parts between `/`. Every call may reject with
 * BLOBS_UNAVAILABLE; then it can be repeated.
 */
export interface BlobStore {
  /** Keeps the whole of `body`, or what was there before. @returns how many bytes it was */
  put(key: string, body: Readable, contentType: string): Promise<number>;
  /** Undefined when there is no such blob. */
  get(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
}
