import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../core/paths.ts';
import { CodedError } from '../../core/errors.ts';
import { ProgramFailed, runProgram } from './run-program.ts';
import type { Step } from './step.ts';

/** What the page is made of, besides `web/` itself. */
const ALSO = ['protocol', 'package-lock.json'];
const NOT_SOURCES = new Set(['dist', 'node_modules']);

/** Builds the learner's page (`web/dist`) when one of its sources changed since. */
export function webBuildStep(root = ROOT): Step {
  const web = join(root, 'web');
  const stamp = join(web, 'dist/.built');

  return {
    name: 'web page',
    needed: () => existsSync(join(web, 'index.html')) && newest([web, ...ALSO.map((path) => join(root, path))]) > builtAt(stamp),
    async run(progress) {
      progress.say('building web/dist');
      // What changes during the build is not in it.
      const begun = Date.now();
      try {
        await runProgram(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'web'], { cwd: root });
      } catch (error) {
        if (!(error instanceof ProgramFailed)) throw error;
        throw new CodedError('SETUP_BUILD_FAILED', { what: 'web/', reason: error.message }, { cause: error });
      }
      writeFileSync(stamp, String(begun));
    },
  };
}

function builtAt(stamp: string): number {
  return existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0;
}

/** When the newest of these files and folders changed, Unix ms. A folder's own time tells of what was removed from it. */
function newest(paths: readonly string[]): number {
  return Math.max(0, ...paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 0;
    if (!found.isDirectory()) return found.mtimeMs;
    const names = readdirSync(path).filter((name) => !NOT_SOURCES.has(name));
    // web/ itself changes when dist/ is made: its files tell enough.
    const own = names.length > 0 && existsSync(join(path, 'dist')) ? 0 : found.mtimeMs;
    return Math.max(own, newest(names.map((name) => join(path, name))));
  }));
}
