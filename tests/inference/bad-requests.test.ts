import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import Value from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InferenceStatus } from '../../protocol/inference-status.ts';
import { SttServerMessage } from '../../protocol/stt-stream.ts';
import { badRequests, type BadRequest } from '../support/bad-requests/bad-requests.ts';
import { badHandshake, badStream, perform, shake } from '../support/bad-requests/bad-streams.ts';
import { exchange } from '../support/bad-requests/raw-answer.ts';
import { judge, WRONG } from '../support/bad-requests/verdict.ts';
import { FakeLlm } from '../support/fake-llm.ts';
import { heapUsed } from '../support/heap-used.ts';
import { startInferenceAround, TEST_SERVICE_TOKEN, type TestInference } from '../support/inference.ts';

// Whatever comes is answered with a code and leaves nothing behind. `SEED=… npx vitest run …` repeats a run.

const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const REQUESTS = 10_000;
const STREAMS = 500;
const AT_ONCE = 8;
/** Drawn at once, so that what was sent does not stay to be weighed. */
const BATCH = 500;
/** What Node keeps of its own accord changes by some hundred KB, with coverage counted by 2 MB; a KB kept of each request would be 8 MB. */
const HEAP_NOISE = 3 * 1024 * 1024;

let llm: FakeLlm;
let server: TestInference;
beforeAll(async () => {
  process.stderr.write(`\nbad requests: SEED=${SEED}\n`);
  llm = await FakeLlm.start();
  server = await startInferenceAround({ llm });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await llm[Symbol.asyncDispose]();
});

/** Draws `count` of them and does something with each, a few at a time. */
async function withEach<Drawn>(arbitrary: fc.Arbitrary<Drawn>, count: number, first: number, act: (drawn: Drawn) => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const drawn = fc.sample(arbitrary, { numRuns: Math.min(BATCH, count - done), seed: SEED + first + done });
    const next = drawn.values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const one of next) await act(one);
    }));
    llm.requests.length = 0;
  }
}

/** What is open in this process, which is the server's, too: sockets, processes, timers. */
function open(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) if (!NOT_OURS.includes(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
/** The test runner’s, and what ends with the turn it began in. */
const NOT_OURS = ['Immediate', 'Timeout', 'FSReqPromise', 'FSReqCallback', 'TickObject', 'CloseReq', 'MessagePort', 'CPUUsage'];

const status = async (): Promise<InferenceStatus> => (await fetch(`${server.url}/status`, { headers: { connection: 'close' } })).json() as Promise<InferenceStatus>;

/** Runs the first part to warm up, then the second, after which nothing more is held or open than before it. */
async function leavesNothing(warmUp: () => Promise<void>, run: () => Promise<void>): Promise<void> {
  const settled = async (): Promise<void> => {
    await expect.poll(async () => (await status()).queues.filter(({ count }) => count > 0)).toEqual([]);
    await expect.poll(async () => (await server.registry.getSingleMetric('stt_streams')?.get())?.values[0]?.value).toBe(0);
  };
  await warmUp();
  await settled();
  const before = open();
  const held = heapUsed();
  await run();
  await settled();
  await expect.poll(() => Object.entries(open()).filter(([kind, count]) => count > (before[kind] ?? 0))).toEqual([]);
  expect(heapUsed() - held).toBeLessThan(HEAP_NOISE);
}

test(`${REQUESTS.toLocaleString('en')} bad requests`, { timeout: 600_000 }, async () => {
  const port = Number(new URL(server.url).port);
  const seen = new Map<string, number>();
  const faults: string[] = [];
  const send = async (request: BadRequest): Promise<void> => {
    const answer = await exchange(port, request, request.method === 'HEAD');
    const verdict = judge(request, answer);
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    if (verdict.startsWith(WRONG)) faults.push(`${verdict} to ${request.ending} ${Buffer.concat(request.pieces).toString('latin1').slice(0, 600)}`);
  };
  const requests = badRequests(TEST_SERVICE_TOKEN);
  const warm = REQUESTS / 5;
  await leavesNothing(() => withEach(requests, warm, 0, send), () => withEach(requests, REQUESTS - warm, warm, send));
  expect(faults.slice(0, 5)).toEqual([]);
  // What it says most was met, so the requests were as bad as they are meant to be, and none of them made a provider rest.
  for (const code of ['REQUEST_INVALID', 'NOT_FOUND', 'UNAUTHORIZED', 'MEDIA_TYPE_UNSUPPORTED', 'AUDIO_EMPTY', 'AUDIO_UNREADABLE', 'taken']) expect(seen.get(code), code).toBeGreaterThan(0);
  const { parts, errors } = await status();
  expect(parts).toMatchObject({ stt: { status: 'ok' }, llm: { status: 'ok' } });
  expect(errors.filter(({ code }) => code === 'INTERNAL')).toEqual([]); // who leaves in the middle is no fault of ours
});

test(`${STREAMS.toLocaleString('en')} bad streams`, { timeout: 600_000 }, async () => {
  const url = `${server.url.replace('http', 'ws')}/stream`;
  const faults: unknown[] = [];
  const codes = new Set<number>();
  const stream = (steps: Parameters<typeof perform>[1]): Promise<void> => perform(url, steps).then(({ said, code }) => {
    codes.add(code);
    const wrong = said.filter((text) => !Value.Check(SttServerMessage, JSON.parse(text)) || text.includes('INTERNAL'));
    if (wrong.length > 0 || code === 1011) faults.push({ code, wrong, steps });
  });
  await leavesNothing(() => withEach(badStream, STREAMS / 5, 0, stream), () => withEach(badStream, STREAMS - STREAMS / 5, STREAMS / 5, stream));
  expect(faults.slice(0, 3)).toEqual([]);
  expect([...codes]).toEqual(expect.arrayContaining([1000, 1006, 1008, 1009]));
});

test('200 handshakes that are none', { timeout: 600_000 }, async () => {
  const answers = new Map<number | undefined, number>();
  await leavesNothing(() => Promise.resolve(), () => withEach(badHandshake, 200, 0, async (handshake) => {
    const told = await shake(server.url, handshake);
    answers.set(told, (answers.get(told) ?? 0) + 1);
  }));
  expect([...answers.keys()].filter((told) => told === undefined || told >= 500)).toEqual([]);
});
