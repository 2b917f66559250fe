import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lastWords } from '../../../agent/outbox/last-words.ts';
import { Outbox } from '../../../agent/outbox/outbox.ts';
import { Shipper } from '../../../agent/outbox/shipper.ts';
import { readBox } from '../../../agent/outbox/box-file.ts';
import { disk } from '../../../agent/outbox/disk.ts';
import { ManualClock } from '../../../core/clock.ts';
import { CodedError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import type { SessionEvent } from '../../../protocol/session-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = createLogger('test', 'silent');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A coach at the end of its term, whose disk and whose token service may both be full. */
function coach() {
  const clock = new ManualClock();
  const told: SessionEvent[] = [];
  const file = join(temporaryFolder(), 'session.1.1.jsonl');
  let trouble: CodedError | undefined;
  const shipper = new Shipper({ session: 'session', term: 1, clock, log, tokenService: {
    postEvents: (_session, { events }) => {
      if (trouble !== undefined) return Promise.reject(trouble);
      told.push(...events.filter(({ seq }) => seq > told.length));
      return Promise.resolve({ seq: told.length });
    },
  } });
  const outbox = new Outbox({ file, clock, log, onEvent: (event) => shipper.push(event) });
  return {
    clock,
    told: (): string[] => told.map(({ type }) => type),
    onDisk: async (): Promise<string[]> => (await readBox(disk, file)).map(({ type }) => type),
    outbox,
    shipper,
    /** A folder in the file's place refuses writes for every user, root too. */
    fill: (): void => {
      mkdirSync(file);
    },
    makeRoom: (): void => rmSync(file, { recursive: true }),
    service: (error?: CodedError): void => void (trouble = error),
    pass: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.advance(100);
        await turn();
      }
    },
  };
}

const FULL = [new CodedError('DATABASE_FULL', { database: 'sessions.db' }), new CodedError('DATABASE_UNUSABLE', { database: 'sessions.db', reason: 'disk I/O error' })];

describe('the last words of a coach that lived through a full disk', () => {
  test.each(FULL)('are told at once where there is room again, however long the next try was away: $code', async (error) => {
    const { outbox, shipper, service, fill, told, pass } = coach();
    fill();
    service(error);
    outbox.add({ type: 'learner_joined', identity: 'learner' });
    await pass(60_000);
    service();
    outbox.add({ type: 'session_ended', reason: 'finished' });
    await expect(lastWords(shipper, outbox)).resolves.toBe(true);
    expect(told()).toEqual(['learner_joined', 'session_ended']);
  });

  test.each(FULL)('wait for room where they are nowhere but in memory: $code', async (error) => {
    const { outbox, shipper, service, fill, told, pass } = coach();
    fill();
    service(error);
    outbox.add({ type: 'learner_joined', identity: 'learner' });
    outbox.add({ type: 'session_ended', reason: 'finished' });
    const over = lastWords(shipper, outbox);
    await pass(20_000);
    service();
    await pass(10_000);
    await expect(over).resolves.toBe(true);
    expect(told()).toEqual(['learner_joined', 'session_ended']);
  });

  test('are left to the worker as soon as they are on disk', async () => {
    const { outbox, shipper, service, fill, makeRoom, told, onDisk, pass } = coach();
    fill();
    service(FULL[0]);
    outbox.add({ type: 'session_ended', reason: 'finished' });
    const over = lastWords(shipper, outbox);
    await pass(5_000);
    makeRoom();
    // A real write, which takes what it takes.
    await expect.poll(async () => {
      await pass(1_000);
      return onDisk().catch(() => []);
    }, { interval: 5 }).toEqual(['session_ended']);
    await pass(2_000);
    await expect(over).resolves.toBe(false);
    expect(told()).toEqual([]);
  });

  test('are not waited for by anybody who does not want them', async () => {
    const { outbox, shipper, service, told, pass } = coach();
    service(new CodedError('SESSION_ERASED', { session: 'session' }));
    outbox.add({ type: 'session_ended', reason: 'finished' });
    await outbox.settled();
    const over = lastWords(shipper, outbox);
    await pass(2_000);
    await expect(over).resolves.toBe(false);
    expect(told()).toEqual([]);
  });
});
