import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { SpeechStore } from '../../../inference/tts/speech-store.ts';

const log = createLogger('test', 'silent');
const pcm = (length: number): Int16Array => Int16Array.from({ length }, (_, n) => (n * 37) % 1_000);
/** Bytes of a file that holds `samples`. */
const size = (samples: number): number => 32 + 2 * samples;

let folder: string;
const open = (maxBytes = 1e6): SpeechStore => new SpeechStore({ folder, maxBytes, log });
const files = (): string[] => readdirSync(folder).sort();

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'speech-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('SpeechStore', () => {
  it('keeps speech over a restart', async () => {
    await open().write('a', pcm(100));
    expect(await open().read('a')).toEqual(pcm(100));
    expect(await open().read('b')).toBeUndefined();
    expect(files()).toEqual(['a.pcm']);
  });

  it.each([
    ['cut short', (file: string) => truncateSync(file, size(100) - 7)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['changed', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 40, 50))],
    ['gone', (file: string) => rmSync(file)],
  ])('takes a file that is %s for absent, and away', async (_, harm) => {
    const store = open();
    await store.write('a', pcm(100));
    harm(join(folder, 'a.pcm'));
    expect(await store.read('a')).toBeUndefined();
    expect(files()).toEqual([]);
    await store.write('a', pcm(50));
    expect(await store.read('a')).toEqual(pcm(50));
  });

  it('drops what was not used for longest when it is full', async () => {
    const store = open(2 * size(100));
    await store.write('a', pcm(100));
    await store.write('b', pcm(100));
    await store.read('a');
    await store.write('c', pcm(100));
    await expect.poll(files).toEqual(['a.pcm', 'c.pcm']);
    expect(await store.read('b')).toBeUndefined();
  });

  it('remembers over a restart what was used last, and shrinks to a smaller bound', async () => {
    const store = open();
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      await store.write(key, pcm(100));
      utimesSync(join(folder, `${key}.pcm`), 1_000 + i, 1_000 + i);
    }
    await store.read('a');
    open(2 * size(100));
    await expect.poll(files).toEqual(['a.pcm', 'c.pcm']);
  });

  it('does not keep what is larger than all its room', async () => {
    const store = open(size(100));
    await store.write('a', pcm(101));
    expect(files()).toEqual([]);
  });

  it('clears away what a process left half written', () => {
    writeFileSync(join(folder, 'a.pcm.1-0.draft'), 'half');
    open();
    expect(files()).toEqual([]);
  });

  it('goes on when it cannot write', async () => {
    const store = open();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder any more');
    await expect(store.write('a', pcm(10))).resolves.toBeUndefined();
    expect(await store.read('a')).toBeUndefined();
  });
});
