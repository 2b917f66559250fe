import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive, untilGone } from '../../support/processes.ts';

const PROGRAM = fileURLToPath(new URL('../../support/programs/deserted-stack.ts', import.meta.url));

async function desertedStack() {
  const supervisor = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(supervisor.stdout.setEncoding('utf8'), 'data')) as [string];
  const [program = 0, child = 0] = line.trim().split(' ').map(Number);
  return { supervisor, program, child };
}

describe('the watchdog', () => {
  it('ends program and children when the supervisor is killed without a word', async () => {
    const { supervisor, program, child } = await desertedStack();
    expect([program, child].map(isAlive)).toEqual([true, true]);
    supervisor.kill('SIGKILL');
    await untilGone(-program);
    await untilGone(child);
  });

  it('is started again when it dies, and still knows whom to watch', async () => {
    const { supervisor, program } = await desertedStack();
    const dogs = await childrenOf(supervisor.pid ?? 0, 'watchdog.sh');
    expect(dogs).toHaveLength(1);
    process.kill(dogs[0] ?? 0, 'SIGKILL');
    await expect.poll(async () => (await childrenOf(supervisor.pid ?? 0, 'watchdog.sh')).filter((dog) => dog !== dogs[0])).toHaveLength(1);
    supervisor.kill('SIGKILL');
    await untilGone(-program);
  });
});

/** Children of a process whose command line has `word`, from /proc. */
async function childrenOf(pid: number, word: string): Promise<number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [stat, command] = await Promise.all(['stat', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')));
    if (stat?.split(') ')[1]?.split(' ')[1] === String(pid) && command?.includes(word) === true) found.push(Number(name));
  }
  return found;
}
