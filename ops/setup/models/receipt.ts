import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What was verified: written once every file of the manifest is right, so that the next start can tell from one read and
 * a few `stat`s, without parsing the manifest or hashing the models, that nothing changed since.
 */
interface Receipt {
  /** sha256 of the manifest. */
  readonly manifest: string;
  /** Artefacts that were asked for by name. */
  readonly requested: readonly string[];
  readonly files: Readonly<Record<string, Look>>;
}

interface Look {
  readonly size: number;
  readonly mtimeMs: number;
}

const NAME = '.verified.json';

/** What the models are to be verified against. */
export interface Wanted {
  /** Its path. */
  readonly manifest: string;
  readonly requested: readonly string[];
}

/** Whether the files in `models` are those that were verified for this very manifest, with all that is requested. */
export function isVerified(models: string, { manifest, requested }: Wanted): boolean {
  try {
    const receipt = JSON.parse(readFileSync(join(models, NAME), 'utf8')) as Receipt;
    return receipt.manifest === fingerprint(manifest) && requested.every((name) => receipt.requested.includes(name)) && Object.entries(receipt.files).every(([file, { size, mtimeMs }]) => {
      const now = look(join(models, file));
      return now.size === size && now.mtimeMs === mtimeMs;
    });
  } catch {
    return false;
  }
}

/** @param files paths below `models` */
export function writeReceipt(models: string, { manifest, requested }: Wanted, files: readonly string[]): void {
  const receipt: Receipt = { manifest: fingerprint(manifest), requested, files: Object.fromEntries(files.map((file) => [file, look(join(models, file))])) };
  const draft = join(models, `${NAME}.draft`);
  writeFileSync(draft, JSON.stringify(receipt, null, 2));
  renameSync(draft, join(models, NAME));
}

function look(file: string): Look {
  const { size, mtimeMs } = statSync(file);
  return { size, mtimeMs };
}

function fingerprint(manifest: string): string {
  return createHash('sha256').update(readFileSync(manifest)).digest('hex');
}
