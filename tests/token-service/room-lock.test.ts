import { expect, it } from 'vitest';
import { RoomLock } from '../../token-service/room-lock.ts';

it('runs one at a time for a room, in order, also past a failure, and lets other rooms go ahead', async () => {
  const lock = new RoomLock();
  const gate = Promise.withResolvers<undefined>();
  const log: string[] = [];
  const first = lock.run('a', async () => {
    log.push('first begins');
    await gate.promise;
    log.push('first ends');
    throw new Error('no matter');
  });
  const second = lock.run('a', () => Promise.resolve(log.push('second')));
  await lock.run('b', () => Promise.resolve(log.push('other room')));
  gate.resolve(undefined);
  await expect(first).rejects.toThrow('no matter');
  await second;
  expect(log).toEqual(['first begins', 'other room', 'first ends', 'second']);
});
