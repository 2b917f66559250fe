import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { exclusively } from '../../../ops/setup/exclusive.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

it('lets one work at a time, and tells the one that waits once', async () => {
  const lock = join(temporaryFolder(), 'setup.lock');
  const order: string[] = [];
  const first = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  const one = exclusively(lock, async () => {
    order.push('first begins');
    await first.promise;
    order.push('first ends');
  });
  const two = exclusively(lock, () => Promise.resolve(order.push('second works')), () => {
    order.push('second waits');
    second.resolve(undefined);
  });
  await second.promise;
  first.resolve(undefined);
  await Promise.all([one, two]);
  expect(order).toEqual(['first begins', 'second waits', 'first ends', 'second works']);
});

it('gives the lock back when the work fails', async () => {
  const lock = join(temporaryFolder(), 'setup.lock');
  await expect(exclusively(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(exclusively(lock, () => Promise.resolve('worked'))).resolves.toBe('worked');
});

it('gives the lock back when the process that holds it is killed', async () => {
  const lock = join(temporaryFolder(), 'setup.lock');
  const module = new URL('../../../ops/setup/exclusive.ts', import.meta.url).href;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', `
    import { exclusively } from ${JSON.stringify(module)};
    await exclusively(${JSON.stringify(lock)}, () => {
      console.log('held');
      return new Promise((resolve) => setTimeout(resolve, 1e6));
    });
  `], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => { holder.kill('SIGKILL'); });
  await once(holder.stdout, 'data');
  const waited = await exclusively(lock, () => Promise.resolve('worked'), () => holder.kill('SIGKILL'));
  expect(waited).toBe('worked');
  expect(holder.killed).toBe(true);
});
