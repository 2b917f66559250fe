import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Outbox } from '../../agent/outbox.ts';
import { ManualClock } from '../../core/clock.ts';
import { createLogger } from '../../core/log.ts';
import type { NewSessionEvent, SessionEvent } from '../../protocol/session-events.ts';

const log = createLogger('test', 'silent');
const event = (identity: string): NewSessionEvent => ({ type: 'learner_joined', identity });
const onDisk = (file: string): SessionEvent[] => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as SessionEvent);

describe('the outbox', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    file = join(folder, 'a', 'session.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('numbers events from 1 and keeps them in order, readable by their owner alone', async () => {
    const outbox = await Outbox.open(file, { log });
    for (let count = 0; count < 200; count += 1) outbox.add(event(`learner-${count}`));
    await outbox.settled();

    const events = onDisk(file);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: 'learner_joined', identity: 'learner-199' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('goes on where an earlier job of the session ended', async () => {
    const first = await Outbox.open(file, { log });
    first.add(event('one'));
    first.add(event('two'));
    await first.settled();

    const second = await Outbox.open(file, { log });
    expect(second.past.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(second.add(event('three')).seq).toBe(3);
    await second.settled();
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('cuts off a line that a crash tore, and loses nothing before it', async () => {
    const first = await Outbox.open(file, { log });
    first.add(event('é'));
    await first.settled();
    appendFileSync(file, '{"seq":2,"at":0,"type":"learner_jo');

    const second = await Outbox.open(file, { log });
    expect(second.past).toHaveLength(1);
    second.add(event('two'));
    await second.settled();
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('passes over lines that cannot be read, keeps them, and numbers on', async () => {
    const first = await Outbox.open(file, { log });
    first.add(event('one'));
    first.add(event('two'));
    await first.settled();
    const [one = '', two = ''] = readFileSync(file, 'utf8').split('\n');
    // Half a character, so that its bytes are not those of its text; JSON that is no event; one whose event nobody knows.
    const damaged = Buffer.concat([Buffer.from(`${one}\n{"type":"learner_joined","identity":"Zo`), Buffer.from([0xc3]), Buffer.from(`\nnull\n${two}\n{"seq":7,"type":"later"}\n{"seq":8`)]);
    writeFileSync(file, damaged);

    const logged: string[] = [];
    const second = await Outbox.open(file, { log: pino({}, { write: (line) => logged.push(line) }) });
    expect(second.past.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(second.add(event('three')).seq).toBe(8);
    await second.settled();
    const whole = damaged.subarray(0, damaged.lastIndexOf('\n') + 1);
    expect(readFileSync(file).subarray(0, whole.length).equals(whole)).toBe(true);
    expect(JSON.parse(readFileSync(file).toString('utf8', whole.length))).toMatchObject({ seq: 8, identity: 'three' });
    expect(logged.map((line) => JSON.parse(line) as unknown)).toEqual([expect.objectContaining({ level: 40, file: 'session.jsonl', lines: 3 })]);
    expect(logged.join()).not.toContain('Zo');
  });

  test('holds events in memory while the disk refuses them, and writes them all when it takes them again', async () => {
    const clock = new ManualClock();
    mkdirSync(join(folder, 'a'));
    // A folder in the file's place refuses writes for every user, root too.
    mkdirSync(file);
    const outbox = await Outbox.open(file, { clock, log });
    outbox.add(event('one'));
    await outbox.settled();
    outbox.add(event('two'));
    await outbox.settled();

    rmSync(file, { recursive: true });
    await retried(clock, outbox, () => onDisk(file).length === 2);
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('repeats no line and tears none when a write fails half way', async () => {
    const clock = new ManualClock();
    const outbox = await Outbox.open(file, { clock, log });
    outbox.add(event('one'));
    await outbox.settled();
    const whole = readFileSync(file, 'utf8');

    // What a full disk leaves: part of the next line, then no more.
    rmSync(file);
    mkdirSync(file);
    outbox.add(event('two'));
    await outbox.settled();
    rmSync(file, { recursive: true });
    writeFileSync(file, `${whole}{"seq":2,"at":`);
    chmodSync(file, 0o600);

    await retried(clock, outbox, () => onDisk(file).length === 2);
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

/** Lets retries fall due until `done`: each needs the clock and then the disk. */
async function retried(clock: ManualClock, outbox: Outbox, done: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    clock.advance(1_000);
    await outbox.settled();
    await new Promise((resolve) => setImmediate(resolve));
    try {
      if (done()) return;
    } catch {
      // not written yet
    }
  }
  throw new Error('the outbox never wrote again');
}
