import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file must be. */
export interface FileIdentity {
  readonly size: number;
  readonly sha256: string;
}

/** The bytes that came are not those that were wanted. */
export class WrongBytes extends Error {}

/** Whether `file` is there and is exactly what is wanted. The size is looked at first, so that most misses cost nothing. */
export async function isIdentical(file: string, wanted: FileIdentity): Promise<boolean> {
  const size = await stat(file).then((found) => found.size, () => undefined);
  return size === wanted.size && (await sha256Of(file)) === wanted.sha256;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Writes `chunks` to `target`, which appears only once it is whole and identical to what is wanted.
 * @throws WrongBytes
 */
export async function writeChecked(chunks: AsyncIterable<Uint8Array>, target: string, wanted: Pick<FileIdentity, 'sha256'>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.draft`;
  const hash = createHash('sha256');
  const handle = await open(draft, 'w');
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  await accept(draft, hash.digest('hex'), target, wanted);
}

/**
 * Moves the finished `draft` to `target` when it is identical to what is wanted; removes it otherwise.
 * @throws WrongBytes
 */
export async function acceptFile(draft: string, target: string, wanted: Pick<FileIdentity, 'sha256'>): Promise<void> {
  await accept(draft, await sha256Of(draft), target, wanted);
}

async function accept(draft: string, sha256: string, target: string, wanted: Pick<FileIdentity, 'sha256'>): Promise<void> {
  if (sha256 !== wanted.sha256) {
    await rm(draft, { force: true });
    throw new WrongBytes(`its sha256 is ${sha256}, not ${wanted.sha256}`);
  }
  await mkdir(dirname(target), { recursive: true });
  await rename(draft, target);
}
