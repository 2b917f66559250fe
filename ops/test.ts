/**
 * `npm test`: types, lint, imports between folders and unused code, then all tests with coverage.
 * `npm test -- <file or vitest option> …`: only those tests.
 */
import '../core/lifeline.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../core/paths.ts';

/** Each is a program of node_modules; those that say nothing when all is well are the better for it. */
const CHECKS: readonly { name: string; program: string; args: readonly string[] }[] = [
  { name: 'types', program: 'typescript/bin/tsc', args: ['--noEmit'] },
  { name: 'types of the page', program: 'typescript/bin/tsc', args: ['--noEmit', '--project', 'web'] },
  { name: 'lint', program: 'eslint/bin/eslint.js', args: ['.'] },
  { name: 'imports', program: 'dependency-cruiser/bin/dependency-cruiser.mjs', args: ['.', '--output-type', 'err'] },
  { name: 'unused', program: 'knip/bin/knip.js', args: [] },
];

const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.kill(process.pid, signal);
  });
}

const tests = process.argv.slice(2);
if (tests.length > 0) process.exitCode = await vitest(tests);
else {
  const failed = (await Promise.all(CHECKS.map(check))).filter((name) => name !== undefined);
  const code = await vitest(['--coverage']);
  if (failed.length > 0) console.error(`✗ not clean: ${failed.join(', ')} (see above)`);
  process.exitCode = failed.length > 0 ? 1 : code;
}

async function check({ name, program, args }: (typeof CHECKS)[number]): Promise<string | undefined> {
  const begun = performance.now();
  let output = '';
  const code = await run([program, ...args], (text) => (output += text));
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${Math.round((performance.now() - begun) / 1000)} s)`);
  if (code !== 0) console.log(output);
  return code === 0 ? undefined : name;
}

function vitest(args: readonly string[]): Promise<number> {
  return run(['vitest/vitest.mjs', 'run', ...args]);
}

/** Runs a program of node_modules on this Node; what it prints goes to `onText`, else to the terminal. */
function run([program = '', ...args]: readonly string[], onText?: (text: string) => void): Promise<number> {
  const stdio = onText ? (['ignore', 'pipe', 'pipe'] as const) : 'inherit';
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], { cwd: ROOT, stdio: typeof stdio === 'string' ? stdio : [...stdio] });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => onText?.(text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}
