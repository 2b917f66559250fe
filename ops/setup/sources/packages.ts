import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../core/paths.ts';
import { findProgram } from '../programs.ts';
import type { Python } from '../python.ts';
import { runProgram } from '../run-program.ts';

/**
 * Archives from the package registries, fetched by the registries' own clients, so that a mirror, a proxy or a
 * certificate that is set up for them holds here too. An archive that has come is kept until set-up is through.
 */
export class Packages {
  readonly #folder: string;
  readonly #python: Python;

  constructor(folder: string, python: Python) {
    this.#folder = folder;
    this.#python = python;
  }

  /** The wheel of a PyPI package, e.g. `py-nanotts==0.1.1`. */
  async pypi(requirement: string): Promise<string> {
    return this.#kept(requirement, async (folder) => {
      await this.#python.pip(['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder, requirement]);
    });
  }

  /** The tarball of an npm package, e.g. `kokoro-js@1.2.1`. */
  async npm(specifier: string): Promise<string> {
    return this.#kept(specifier, async (folder) => {
      const npm = findProgram(['npm']);
      if (npm === undefined) throw new Error('npm is not on PATH');
      // In the checkout, where its .npmrc holds.
      await runProgram(npm, ['pack', '--silent', '--pack-destination', folder, specifier], { cwd: ROOT });
    });
  }

  async #kept(name: string, fetchInto: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(this.#folder, name);
    const [kept] = await readdir(folder).catch(() => []);
    if (kept !== undefined) return join(folder, kept);
    const draft = `${folder}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await fetchInto(draft);
    await rename(draft, folder);
    return this.#kept(name, fetchInto);
  }
}
