import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsClient } from 'aws4fetch';
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { checkKey } from './blob-key.ts';
import type { BlobStore, ByteRange } from './blob-store.ts';
import { unavailable } from './unavailable.ts';

/** How long a store may take for an answer, and for a whole upload, ms. */
const ANSWER = 30_000;
const UPLOAD = 300_000;

/** Where the bucket is, and who we are there. */
export interface S3Options {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  /** Before every key, e.g. `eloquence/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where a body waits until its length and its hash are known. */
  readonly spool: string;
  readonly clock: Clock;
}

/** Blobs in an S3-compatible store, addressed path-style. */
export class S3Blobs implements BlobStore {
  readonly #options: S3Options;
  readonly #client: AwsClient;

  constructor(options: S3Options) {
    const { accessKeyId, secretAccessKey, region } = options;
    this.#options = options;
    // Who asks repeats: an agent keeps its recording until it was taken.
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  }

  put(key: string, body: Readable, contentType: string): Promise<number> {
    const url = this.#url(key);
    return unavailable(async () => {
      await mkdir(this.#options.spool, { recursive: true, mode: 0o700 });
      const spooled = join(this.#options.spool, `${randomUUID()}.upload`);
      try {
        const hash = createHash('sha256');
        await pipeline(body, async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        }, createWriteStream(spooled, { mode: 0o600 }));
        const blob = await openAsBlob(spooled, { type: contentType });
        const response = await this.#ask(url, { method: 'PUT', body: blob, headers: { 'content-type': contentType, 'x-amz-content-sha256': hash.digest('hex') } }, UPLOAD);
        if (!response.ok) throw await refusal(response);
        await response.body?.cancel();
        return blob.size;
      } finally {
        await rm(spooled, { force: true });
      }
    });
  }

  get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    const url = this.#url(key);
    return unavailable(async () => {
      const headers = range === undefined ? undefined : { range: `bytes=${String(range.start)}-${String(range.end ?? '')}` };
      const response = await this.#ask(url, { method: 'GET', ...(headers && { headers }) }, ANSWER);
      if (response.ok) return response.body === null ? Readable.from([]) : Readable.from(response.body);
      return noSuchKey(response);
    });
  }

  remove(key: string): Promise<void> {
    const url = this.#url(key);
    return unavailable(async () => {
      const response = await this.#ask(url, { method: 'DELETE' }, ANSWER);
      if (!response.ok) return noSuchKey(response);
      await response.body?.cancel();
      return undefined;
    });
  }

  #url(key: string): string {
    const { endpoint, bucket, prefix } = this.#options;
    return `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}/${prefix}${checkKey(key)}`;
  }

  /** @param limit ms until there is an answer */
  async #ask(url: string, init: RequestInit, limit: number): Promise<Response> {
    const aborter = new AbortController();
    const cancel = this.#options.clock.after(limit, () => aborter.abort(new CodedError('BLOBS_UNAVAILABLE', { reason: 'the store does not answer' })));
    try {
      // A redirection names another region or address: better said than followed with our signature.
      return await this.#client.fetch(url, { ...init, redirect: 'manual', signal: aborter.signal });
    } finally {
      cancel();
    }
  }
}

/** Undefined where the store says that there is no such key; a bucket that is not there is a fault. */
async function noSuchKey(response: Response): Promise<undefined> {
  const error = await refusal(response);
  if (response.status !== 404 || error.details['code'] === 'NoSuchBucket') throw error;
  return undefined;
}

async function refusal(response: Response): Promise<CodedError> {
  const code = /<Code>(\w{1,60})<\/Code>/.exec(await response.text())?.[1] ?? '';
  return new CodedError('BLOBS_UNAVAILABLE', { reason: `the store answers ${String(response.status)} ${code}`.trim(), code });
}
