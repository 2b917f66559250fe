import { mkdirSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boxFile } from '../../../agent/outbox/box-file.ts';
import { lastWords } from '../../../agent/outbox/last-words.ts';
import { Outbox } from '../../../agent/outbox/outbox.ts';
import { Shipper } from '../../../agent/outbox/shipper.ts';
import { Sweeper } from '../../../agent/outbox/sweeper.ts';
import { ManualClock, systemClock } from '../../../core/clock.ts';
import { CodedError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import type { TokenServiceClient } from '../../../protocol/clients/token-service.ts';
import type { SessionEvent } from '../../../protocol/session-events.ts';
import { openStore, type Store } from '../../../sessions/store.ts';
import { loadConfig } from '../../../core/config.ts';
import { temporaryHome } from '../../support/home.ts';
import { exerciseNamed, PERSONA } from '../../support/exercises-folder.ts';
import { MortalProcess, type Death } from '../../support/mortal-process.ts';

const log = createLogger('test', 'silent');
const DEATHS: readonly Death[] = ['before', 'half', 'after'];
/** Events of one coach; some are written together, some alone. */
const EVENTS = 7;

let home: string;
let remove: () => void;
let store: Store;

beforeAll(async () => {
  ({ home, remove } = temporaryHome());
  store = await openStore({ home, settings: loadConfig({}).sessions, secrets: { databaseUrl: undefined, s3AccessKeyId: undefined, s3SecretAccessKey: undefined }, clock: systemClock, log });
});
afterAll(async () => {
  await store.close();
  remove();
});

type Service = Pick<TokenServiceClient, 'postEvents' | 'release'>;

/** The token service, as a process reaches it: its requests are steps of that process. Away: nobody answers. */
const serviceFor = (process: MortalProcess, away: () => boolean = () => false): Service => {
  const ask = <Result>(answer: () => Promise<Result>): Promise<Result> =>
    process.step(() => (away() ? Promise.reject(new CodedError('ENGINE_UNAVAILABLE', { engine: 'token-service', reason: 'away' })) : answer()));
  return {
    postEvents: (session, batch) => ask(() => store.events.append(session, batch)),
    release: (session, term) => ask(() => store.leases.release(session, term)),
  };
};

const begin = async (): Promise<string> =>
  (await store.sessions.begin({ room: 'room', learner: 'learner', exercise: exerciseNamed('simulation_entretien'), persona: PERSONA, record: false })).record.id;

/** One coach's term in a process of its own: tells its events, and leaves in order, unless it dies on the way. */
async function job(process: MortalProcess, { session, folder, pid, away }: { session: string; folder: string; pid: number; away?: () => boolean }): Promise<number> {
  const { term } = await store.leases.claim(session, `job ${pid}`);
  const clock = new ManualClock();
  const shipper = new Shipper({ session, term, tokenService: serviceFor(process, away), clock, log });
  const outbox = new Outbox({ file: boxFile(folder, { session, term, pid }), disk: process.disk, onEvent: (event) => shipper.push(event), clock, log });
  await process.run(async () => {
    for (let count = 1; count <= EVENTS && !process.isDead(); count += 1) {
      outbox.add({ type: 'learner_joined', identity: `${term}-${count}` });
      if (count % 3 !== 0) await outbox.settled();
    }
    await outbox.settled();
    const closing = lastWords(shipper, outbox);
    // Where nobody answers, its patience ends.
    for (let waited = 0; away?.() === true && waited < 10; waited += 1) await pass(clock, 1_000);
    await closing;
  });
  return term;
}

const sweeper = (process: MortalProcess, folder: string, away?: () => boolean): Sweeper =>
  new Sweeper({ folder, disk: process.disk, tokenService: serviceFor(process, away), recordings: { deliver: () => Promise.resolve(), remove: () => Promise.resolve() }, isWritten: () => Promise.resolve(false), clock: new ManualClock(), log });

const told = async (session: string, term: number): Promise<SessionEvent[]> => (await store.events.past(session)).filter((kept) => kept.term === term).map(({ event }) => event);
const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** Whole lines of a term's box on disk: what must not be lost. */
async function onDisk(folder: string, box: { session: string; term: number; pid: number }): Promise<number> {
  const alive = new MortalProcess();
  return alive.disk.read(boxFile(folder, box)).then((content) => content.toString().split('\n').length - 1, () => 0);
}

describe('whatever dies, whenever it dies', () => {
  test('the token service has each event once and in order, and the disk keeps none', async () => {
    const folder = `${home}/outbox`;
    mkdirSync(folder);
    let cases = 0;
    for (const death of DEATHS) {
      for (let at = 1; ; at += 1) {
        const session = await begin();
        const dying = new MortalProcess(at, death);
        const term = await job(dying, { session, folder, pid: 1 });
        const before = (await told(session, term)).length;
        const durable = Math.max(before, await onDisk(folder, { session, term, pid: 1 }));
        const leavesBox = readdirSync(folder).length > 0;

        // The worker that sweeps up after it dies, too, at each of its steps in turn; then one lives.
        for (let step = 1; ; step += 1) {
          const worker = new MortalProcess(step, DEATHS[(step + at) % DEATHS.length]);
          if ((await worker.run(() => sweeper(worker, folder).sweep())) === 'ended') break;
        }
        const events = await told(session, term);
        expect(events.map(({ seq }) => seq), `${death} step ${at}`).toEqual(upTo(events.length));
        expect(events.map((event) => event.type === 'learner_joined' && event.identity)).toEqual(upTo(events.length).map((count) => `${term}-${count}`));
        expect(events.length, `${death} step ${at}`).toBeGreaterThanOrEqual(durable);
        if (!dying.isDead()) expect(events).toHaveLength(EVENTS);
        expect(readdirSync(folder)).toEqual([]);
        // Of a job that died before it had anything on disk nobody knows: its lease runs out.
        expect((await store.sessions.get(session)).leased).toBe(!leavesBox);
        cases += 1;
        if (!dying.isDead()) break;
      }
    }
    expect(cases).toBeGreaterThan(3 * EVENTS);
  });

  test('in any order of deaths, restarts and absences of the token service, coach after coach', async () => {
    const crash = fc.record({ at: fc.integer({ min: 1, max: 25 }), death: fc.constantFrom(...DEATHS) });
    const coach = fc.record({ crash: fc.option(crash), away: fc.boolean(), sweeps: fc.array(fc.record({ crash, away: fc.boolean() }), { maxLength: 3 }) });
    const folder = `${home}/outbox-any`;
    mkdirSync(folder);
    await fc.assert(fc.asyncProperty(fc.array(coach, { minLength: 1, maxLength: 4 }), async (coaches) => {
      const session = await begin();
      const terms: { term: number; durable: number }[] = [];
      for (const [index, { crash: crashed, away, sweeps }] of coaches.entries()) {
        const process = new MortalProcess(crashed?.at, crashed?.death);
        // A service that was away is there again after a while; the shipper then gives what waits to the worker.
        let asked = 0;
        const term = await job(process, { session, folder, pid: index + 1, away: () => away && (asked += 1) > 2 });
        terms.push({ term, durable: Math.max((await told(session, term)).length, await onDisk(folder, { session, term, pid: index + 1 })) });
        for (const sweep of sweeps) {
          const worker = new MortalProcess(sweep.crash.at, sweep.crash.death);
          await worker.run(() => sweeper(worker, folder, () => sweep.away).sweep().catch(() => undefined));
        }
        await store.leases.release(session, term);
      }
      await sweeper(new MortalProcess(), folder).sweep();
      for (const { term, durable } of terms) {
        const events = await told(session, term);
        expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
        expect(events.length).toBeGreaterThanOrEqual(durable);
      }
      expect(readdirSync(folder)).toEqual([]);
    }), { numRuns: 150 });
  });
});

describe('a token service that is away for an hour', () => {
  test('is told everything when it is back, once and in order', async () => {
    const clock = new ManualClock();
    const session = await begin();
    const { term } = await store.leases.claim(session, 'job');
    let away = true;
    const shipper = new Shipper({ session, term, clock, log, tokenService: serviceFor(new MortalProcess(), () => away) });
    for (let minute = 0; minute < 60; minute += 1) {
      for (let count = 0; count < 20; count += 1) shipper.push({ seq: minute * 20 + count + 1, at: clock.wall(), type: 'learner_left', identity: 'a' });
      await pass(clock, 60_000);
    }
    expect(await told(session, term)).toEqual([]);
    away = false;
    await pass(clock, 6_000);
    expect(await shipper.told(1_000)).toBe(true);
    expect((await told(session, term)).map(({ seq }) => seq)).toEqual(upTo(1_200));
  });

  test('gets what is its own: a session that it does not know is kept, one that was erased is removed', async () => {
    const folder = `${home}/outbox-unknown`;
    const alive = new MortalProcess();
    const line = `${JSON.stringify({ seq: 1, at: 1, type: 'learner_left', identity: 'a' })}\n`;
    const erased = await begin();
    await store.leases.claim(erased, 'job');
    await alive.disk.append(boxFile(folder, { session: erased, term: 1, pid: 5 }), line);
    await store.learners.eraseSession(erased);
    await alive.disk.append(boxFile(folder, { session: '00000000-aaaa-4aaa-8aaa-000000000000', term: 1, pid: 5 }), line);
    await sweeper(alive, folder).sweep();
    expect(readdirSync(folder)).toEqual(['00000000-aaaa-4aaa-8aaa-000000000000.1.5.jsonl']);
  });
});

async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
