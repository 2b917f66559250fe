import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../../core/errors.ts';
import { ensureRoom } from '../failure.ts';
import type { Progress } from '../progress.ts';
import type { Python } from '../python.ts';
import { Packages } from '../sources/packages.ts';
import type { Vendors } from '../sources/vendors.ts';
import { bringFile, isThere, type FileRequest, type Supplies } from './bring-file.ts';
import { build } from './build.ts';
import { readManifest } from './manifest.ts';
import { writeReceipt } from './receipt.ts';

/** Archives and inputs lie beside the finished files for a while: so many times their size is needed. */
const ROOM_TO_WORK = 3;

export interface ModelsOptions {
  readonly home: string;
  /** config/models.yaml, or another of its shape. */
  readonly manifest: string;
  /** A folder laid out as `models/` in the data folder that is asked first (`ELOQUENCE_MODELS`). */
  readonly local: string | undefined;
  /** Artefacts to bring of those that are brought on request. */
  readonly requested?: readonly string[];
  readonly vendors: Vendors;
  readonly python: Python;
}

/** Brings every file of the manifest that is not there yet, and writes the receipt when all are. */
export async function bringModels({ home, manifest, local, requested = [], vendors, python }: ModelsOptions, progress: Progress): Promise<void> {
  const models = join(home, 'models');
  const downloads = join(home, 'downloads/models');
  const supplies: Supplies = { home, downloads, local, vendors, packages: new Packages(downloads, python) };
  const all = readManifest(manifest);
  const unknown = requested.find((name) => !Object.hasOwn(all, name));
  if (unknown !== undefined) throw new CodedError('SETUP_FAILED', { reason: `there is no model ${unknown}; config/models.yaml lists those there are` });
  const wanted = Object.entries(all).filter(([name, { onRequest }]) => onRequest !== true || requested.includes(name));
  const artefacts = wanted.map(([name, { files, build: recipe }]) => ({
    name,
    recipe,
    requests: Object.entries(files).map(([file, identity]): FileRequest => ({ artefact: name, file, identity, target: join(models, name, file) })),
  }));

  progress.say('looking at what is there');
  const missing = new Set<FileRequest>();
  for (const request of artefacts.flatMap(({ requests }) => requests)) if (!(await isThere(request))) missing.add(request);
  for (const folder of [models, downloads]) await mkdir(folder, { recursive: true });
  ensureRoom(home, ROOM_TO_WORK * [...missing].reduce((bytes, { identity }) => bytes + identity.size, 0));

  for (const { name, requests, recipe } of artefacts) {
    const absent = requests.filter((request) => missing.has(request));
    for (const request of absent) if (request.identity.sources) await bringFile(request, supplies, progress);
    const unmade = absent.filter(({ identity }) => identity.sources === undefined);
    if (recipe) await build(name, recipe, unmade, supplies, python, progress);
  }
  writeReceipt(models, { manifest, requested }, artefacts.flatMap(({ name, requests }) => requests.map(({ file }) => join(name, file))));
}
