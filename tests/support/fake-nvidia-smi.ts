import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** A program in nvidia-smi's place that prints `lines` and ends with `status`. It goes away with its test. */
export const fakeNvidiaSmi = (lines: readonly string[], status = 0): string => scriptedNvidiaSmi(`${printing(lines)}\nexit ${String(status)}`);

/** One that is asked for GPUs («index, uuid, total, free») as well as for the processes on them («pid, used»). */
export const fakeDriver = (gpus: readonly string[], processes: readonly string[] = []): string => scriptedNvidiaSmi(`case "$1" in *compute-apps*)\n${printing(processes)}\n;; *)\n${printing(gpus)}\n;; esac`);

const printing = (lines: readonly string[]): string => `cat <<END\n${lines.join('\n')}\nEND`;

/** One whose body is a shell's; it begins in a folder of its own. */
export function scriptedNvidiaSmi(script: string): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, `#!/bin/sh\ncd "${folder}"\n${script}\n`);
  chmodSync(program, 0o755);
  return program;
}
