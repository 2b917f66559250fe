import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ProgramFailed, runProgram } from '../../../ops/setup/run-program.ts';
import { untilGone } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function sh(script: string, options?: Parameters<typeof runProgram>[2]): Promise<string> {
  return runProgram('/bin/sh', ['-c', script], options);
}

function home(): string {
  const folder = temporaryFolder();
  vi.stubEnv('ELOQUENCE_HOME', folder);
  return folder;
}

it('gives what a program printed, tells each line as it comes, and keeps all of it in the log', async () => {
  const [folder, lines] = [home(), [] as string[]];
  await expect(sh('echo one; echo two >&2; echo $WORD', { env: { WORD: 'three' }, onLine: (line) => lines.push(line) })).resolves.toBe('one\nthree');
  expect(lines.toSorted()).toEqual(['one', 'three', 'two']);
  expect(readFileSync(join(folder, 'logs/setup.log'), 'utf8')).toMatch(/^\$ \/bin\/sh -c .*\n(one|two|three)\n/);
});

it('says how a program failed, from the first line that speaks of an error', async () => {
  home();
  await expect(sh('echo working; echo ERROR: no such version >&2; echo try another >&2; exit 4')).rejects.toThrow('/bin/sh ended with 4: ERROR: no such version | try another');
  await expect(sh('for i in 1 2 3 4 5; do echo $i; done; kill -9 $$')).rejects.toThrow('/bin/sh ended with SIGKILL: 3 | 4 | 5');
  await expect(runProgram('/nowhere/program', [])).rejects.toThrow(ProgramFailed);
});

it.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing running when set-up itself is ended by %s', async (signal) => {
  const module = JSON.stringify(new URL('../../../ops/setup/run-program.ts', import.meta.url).href);
  const setUp = spawn(process.execPath, ['--input-type=module', '--eval', `
    import { runProgram, stopPrograms } from ${module};
    process.once('SIGTERM', () => { stopPrograms(); process.kill(process.pid, 'SIGTERM'); });
    await runProgram('/bin/sh', ['-c', 'sleep 1000 & echo $!; wait'], { onLine: (line) => console.log(line) });
  `], { env: { ...process.env, ELOQUENCE_HOME: home() }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await once(setUp.stdout, 'data') as [Buffer];
  setUp.kill(signal);
  await untilGone(Number(pid.toString()));
});
