import { utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boxFile, isWritten, listBoxes, readBox } from '../../../agent/outbox/box-file.ts';
import { disk } from '../../../agent/outbox/disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const line = (seq: number): string => JSON.stringify({ seq, at: 1_000 + seq, type: 'learner_joined', identity: 'Zoé' });

describe('a box', () => {
  test('is named for its session, its term and its process; what is named otherwise is no box', async () => {
    const folder = temporaryFolder();
    for (const name of ['abc-1.2.77.jsonl', 'abc-1.1.76.jsonl', 'abc-1.2.77.123.learner.pcm', 'old.jsonl', 'a.b.c.jsonl']) await disk.append(`${folder}/${name}`, '');
    expect(await listBoxes(disk, folder)).toEqual([{ session: 'abc-1', term: 1, pid: 76 }, { session: 'abc-1', term: 2, pid: 77 }]);
    expect(boxFile('/x', { session: 'abc-1', term: 2, pid: 77 })).toBe('/x/abc-1.2.77.jsonl');
    expect(await listBoxes(disk, `${folder}/not there`)).toEqual([]);
  });

  test('is written as long as its process lives and says so', async () => {
    const folder = temporaryFolder();
    const own = { session: 'a', term: 1, pid: process.pid };
    const dead = { ...own, pid: 2 ** 22 + 1 };
    for (const box of [own, dead]) await disk.append(boxFile(folder, box), line(1));
    expect([await isWritten(disk, folder, own), await isWritten(disk, folder, dead)]).toEqual([true, false]);
    // Another process has the number of one that is long gone: in a container they begin anew at each start.
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(boxFile(folder, own), longAgo, longAgo);
    expect(await isWritten(disk, folder, own)).toBe(false);
    await disk.touch(boxFile(folder, own));
    expect(await isWritten(disk, folder, own)).toBe(true);
    await expect(disk.touch(`${folder}/none`)).resolves.toBeUndefined();
  });

  test('gives whole lines only, and a placeholder for each that a damaged disk left unreadable', async () => {
    const folder = temporaryFolder();
    const file = `${folder}/a.1.1.jsonl`;
    const damaged = Buffer.concat([
      Buffer.from(`${line(1)}\n{"type":"learner_joined","identity":"Zo`), Buffer.from([0xc3]), Buffer.from(`\nnull\n${line(4)}\n{"seq":5,"at":9,"type":"later"}\n${line(8)}\n{"seq":9,"at"`),
    ]);
    writeFileSync(file, damaged);
    const events = await readBox(disk, file);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'learner_joined'], [2, 'event_lost'], [3, 'event_lost'], [4, 'learner_joined'], [5, 'event_lost'], [6, 'event_lost'], [7, 'event_lost'], [8, 'learner_joined'],
    ]);
  });
});
