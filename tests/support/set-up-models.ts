import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { stringify } from 'yaml';
import type { ModelsOptions } from '../../ops/setup/models/bring-models.ts';
import type { Manifest, ManifestFile, Source } from '../../ops/setup/models/manifest.ts';
import { modelsStep } from '../../ops/setup/models/step.ts';
import { Python } from '../../ops/setup/python.ts';
import { setUp } from '../../ops/setup/set-up.ts';
import { Vendors } from '../../ops/setup/sources/vendors.ts';

/** The entry of a manifest for these bytes. */
export function fileEntry(content: Buffer, sources: Source[]): Required<ManifestFile> {
  return { size: content.length, sha256: createHash('sha256').update(content).digest('hex'), sources };
}

/** Writes a manifest with one artefact, `model`, and gives its path. */
export function writeManifest(folder: string, artefact: Omit<Manifest[string], 'about' | 'licence'>): string {
  const file = join(folder, 'models.yaml');
  writeFileSync(file, stringify({ model: { about: 'A model.', licence: 'MIT', ...artefact } } satisfies Manifest));
  return file;
}

/** Set-up of the models of `manifest`; gives what it printed. */
export async function setUpModels(home: string, manifest: string, options: Partial<ModelsOptions> = {}): Promise<string> {
  // The logs of the programs that it runs belong there as well.
  vi.stubEnv('ELOQUENCE_HOME', home);
  let printed = '';
  const screen = { write: (text: string) => (printed += text) };
  await setUp([modelsStep({ home, manifest, local: undefined, vendors: new Vendors({ answer: 2_000 }), python: new Python(home), ...options })], { home, screen });
  return printed;
}
