import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Outbox } from '../../../agent/outbox/outbox.ts';
import { ManualClock } from '../../../core/clock.ts';
import { createLogger } from '../../../core/log.ts';
import type { NewSessionEvent, SessionEvent } from '../../../protocol/session-events.ts';

const log = createLogger('test', 'silent');
const event = (identity: string): NewSessionEvent => ({ type: 'learner_joined', identity });
const onDisk = (file: string): SessionEvent[] => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as SessionEvent);

describe('the outbox', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    file = join(folder, 'a', 'session.1.1.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('numbers events from 1, tells of each at once, and keeps them in order, readable by their owner alone', async () => {
    const told: number[] = [];
    const outbox = new Outbox({ file, log, onEvent: ({ seq }) => told.push(seq) });
    for (let count = 0; count < 200; count += 1) outbox.add(event(`learner-${count}`));
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(told).toEqual(numbers);
    await outbox.settled();

    const events = onDisk(file);
    expect(events.map(({ seq }) => seq)).toEqual(numbers);
    expect(events.at(-1)).toMatchObject({ type: 'learner_joined', identity: 'learner-199' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  test('tells nothing after the end of the session', async () => {
    const outbox = new Outbox({ file, log, onEvent: () => undefined });
    outbox.add({ type: 'session_ended', reason: 'finished' });
    outbox.add(event('late'));
    await outbox.settled();
    expect(onDisk(file).map(({ type }) => type)).toEqual(['session_ended']);
  });

  test('holds events in memory while the disk refuses them, and writes them all when it takes them again', async () => {
    const clock = new ManualClock();
    // A folder in the file's place refuses writes for every user, root too.
    mkdirSync(file, { recursive: true });
    const outbox = new Outbox({ file, clock, log, onEvent: () => undefined });
    outbox.add(event('one'));
    await outbox.settled();
    outbox.add(event('two'));
    await outbox.settled();

    rmSync(file, { recursive: true });
    await retried(clock, file, 2);
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('repeats no line and tears none when a write fails half way', async () => {
    const clock = new ManualClock();
    const outbox = new Outbox({ file, clock, log, onEvent: () => undefined });
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

    await retried(clock, file, 2);
    expect(onDisk(file).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

/** Lets retries fall due until so many events are on disk. */
async function retried(clock: ManualClock, file: string, count: number): Promise<void> {
  await expect.poll(() => {
    clock.advance(1_000);
    try {
      return onDisk(file).length;
    } catch {
      return 'not written yet';
    }
  }, { interval: 5 }).toBe(count);
}
