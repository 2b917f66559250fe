import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { FolderBlobs } from '../../../sessions/blobs/folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function setUp(): { blobs: FolderBlobs; folder: string } {
  const folder = join(temporaryFolder(), 'recordings');
  return { folder, blobs: new FolderBlobs(folder) };
}

test('what is put comes back, whole and in part, for this user alone', async () => {
  const { blobs, folder } = setUp();
  expect(await blobs.put('session/1', Readable.from(['hello ', 'world']))).toBe(11);
  const read = async (range?: { start: number; end?: number }): Promise<string> => (await buffer((await blobs.get('session/1', range)) ?? Readable.from([]))).toString();
  expect(await read()).toBe('hello world');
  expect(await read({ start: 2, end: 4 })).toBe('llo');
  expect(await read({ start: 6 })).toBe('world');
  expect(statSync(join(folder, 'session/1')).mode & 0o777).toBe(0o600);
  for (const part of [folder, join(folder, 'session')]) expect(statSync(part).mode & 0o777).toBe(0o700);
});

test('put again it takes the place, and only as a whole', async () => {
  const { blobs, folder } = setUp();
  await blobs.put('session/1', Readable.from(['before']));
  const breaking = Readable.from((function* () {
    yield Buffer.from('half');
    throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  })());
  await expect(blobs.put('session/1', breaking)).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE', details: { reason: 'ECONNRESET' } });
  expect(readFileSync(join(folder, 'session/1'), 'utf8')).toBe('before');
  expect(readdirSync(join(folder, 'session'))).toEqual(['1']);
  await blobs.put('session/1', Readable.from(['after']));
  expect(readFileSync(join(folder, 'session/1'), 'utf8')).toBe('after');
});

test('removed it is gone, also twice, with the session’s folder when it was the last', async () => {
  const { blobs, folder } = setUp();
  await blobs.put('session/1', Readable.from(['a']));
  await blobs.put('session/2', Readable.from(['b']));
  writeFileSync(join(folder, 'session/1.0815.part'), 'left by a crash');
  await blobs.remove('session/1');
  await blobs.remove('session/1');
  expect(readdirSync(join(folder, 'session'))).toEqual(['2']);
  expect(await blobs.get('session/1')).toBeUndefined();
  expect(readdirSync(folder)).toEqual(['session']);
  await blobs.remove('session/2');
  expect(readdirSync(folder)).toEqual([]);
});

test('a key leads nowhere else', async () => {
  const { blobs, folder } = setUp();
  writeFileSync(join(folder, '../secrets.json'), '{}');
  for (const key of ['../secrets.json', 'a/../../secrets', '', '/etc/passwd', 'a//b', 'a\0b', '..', '.']) {
    for (const call of [async () => blobs.put(key, Readable.from(['x'])), async () => blobs.get(key), async () => blobs.remove(key)]) await expect(call()).rejects.toThrow(TypeError);
  }
  expect(readFileSync(join(folder, '../secrets.json'), 'utf8')).toBe('{}');
});

test('where a file is in the way it is unavailable, and works again without it', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'recordings'), '');
  const blobs = new FolderBlobs(join(home, 'recordings'));
  await expect(blobs.put('session/1', Readable.from(['x']))).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE', retryable: true });
  expect(await blobs.get('session/1')).toBeUndefined();
  const folder = join(home, 'other');
  mkdirSync(join(folder, 'session/1'), { recursive: true });
  await expect(new FolderBlobs(folder).put('session/1', Readable.from(['x']))).rejects.toMatchObject({ code: 'BLOBS_UNAVAILABLE' });
  expect(existsSync(join(folder, 'session/1'))).toBe(true);
});
