import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError } from '../../../core/errors.ts';
import type { Progress } from '../progress.ts';
import type { Python } from '../python.ts';
import { ProgramFailed } from '../run-program.ts';
import { sha256Of } from '../sources/checked-file.ts';
import { bringFile, bringLocal, type FileRequest, type Supplies } from './bring-file.ts';
import type { Recipe } from './manifest.ts';

/**
 * Makes files of an artefact that have no source: brings the inputs, runs `python <script> <inputs> <made>` in set-up's
 * own environment, and moves what it made to its targets.
 * @throws CodedError SETUP_BUILD_FAILED
 */
export async function build(name: string, { script, inputs }: Recipe, requests: readonly FileRequest[], supplies: Supplies, python: Python, progress: Progress): Promise<void> {
  const wanted: FileRequest[] = [];
  for (const request of requests) if (!(await bringLocal(request, supplies))) wanted.push(request);
  if (wanted.length === 0) return;

  const source = join(supplies.downloads, name);
  for (const [file, identity] of Object.entries(inputs)) {
    await bringFile({ artefact: name, file, identity, target: join(source, file) }, supplies, progress);
  }
  const made = join(supplies.downloads, `${name}.made`);
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  progress.say(`building ${name}`);
  try {
    await python.run(join(import.meta.dirname, script), [source, made], (line) => progress.say(`building ${name}: ${line}`));
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new CodedError('SETUP_BUILD_FAILED', { what: name, reason: error.message }, { cause: error });
  }

  for (const { file, identity, target } of wanted) {
    const result = join(made, file);
    const size = await stat(result).then((found) => found.size, () => 0);
    if (size !== identity.size) throw new CodedError('SETUP_BUILD_FAILED', { what: name, reason: `${file} has ${size} bytes, not ${identity.size}` });
    // The inputs are verified and the tools pinned. Arithmetic in the last bit may still depend on the processor.
    if ((await sha256Of(result)) !== identity.sha256) progress.note(`${name}/${file} was built, and differs from the build that was tested (another processor)`);
    await mkdir(dirname(target), { recursive: true });
    await rename(result, target);
  }
}
