import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { delay } from '../core/clock.ts';
import { ROOT } from '../core/paths.ts';
import { TokenServiceClient } from '../protocol/clients/token-service.ts';
import type { EventBatch, NewSessionEvent, SessionEvent } from '../protocol/session-events.ts';
import { freePort } from '../tests/support/free-port.ts';
import { startLiveKit, type LiveKitServer } from '../tests/support/livekit-server.ts';
import { treeUse } from './processes.ts';
import { distribution, type Distribution } from '../core/distribution.ts';

const SERVICE_TOKEN = 'of the benchmark alone, 0123456789abcdef';

/** Requests of one kind, `connections` of them at a time. */
interface Load {
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly connections: number;
  /** How many in all. */
  readonly amount: number;
  /** What each connection sends instead of the same again and again. */
  readonly setupClient?: (client: autocannon.Client) => void;
}

export interface LoadFigures {
  readonly what: string;
  readonly connections: number;
  /** Answers a second. */
  readonly rate: number;
  /** ms */
  readonly latency: Distribution;
  /** Answers other than 2xx, and connections that broke. */
  readonly errors: number;
  /** CPU of the service for an answer, ms. */
  readonly cpu: number;
}

/** What the token service is asked. Rooms have nobody in them, and no worker takes their jobs: what is measured is this service and LiveKit's API. */
const LOADS: readonly Load[] = [
  ...[1, 10].flatMap((connections): Load[] => [
    { what: 'POST /token, new rooms', method: 'POST', path: '/token', body: '{"participant":"Anna"}', connections, amount: 60 * (connections + 5) },
    { what: 'POST /token, one room', method: 'POST', path: '/token', body: '{"participant":"Anna","room":"bench"}', connections, amount: 60 * (connections + 5) },
  ]),
  { what: 'POST /learners', method: 'POST', path: '/learners', body: '{}', connections: 10, amount: 3_000 },
];

/** Measures the token service as its own process, with a real media server and the store on disk. */
export async function benchTokenService(): Promise<LoadFigures[]> {
  const home = mkdtempSync(join(tmpdir(), 'eloquence-bench-'));
  const livekit = await startLiveKit();
  try {
    const { process: service, url } = await startService(livekit, home);
    try {
      const figures: LoadFigures[] = [];
      for (const load of [...LOADS, ...(await eventLoads(url))]) {
        await shoot(url, { ...load, amount: load.connections * 5 }); // compiled, connected
        const before = service.pid === undefined ? NaN : treeUse(service.pid).cpuSeconds;
        const result = await shoot(url, load);
        const after = service.pid === undefined ? NaN : treeUse(service.pid).cpuSeconds;
        figures.push({ ...result, cpu: (1_000 * (after - before)) / load.amount });
      }
      return figures;
    } finally {
      service.kill('SIGKILL');
    }
  } finally {
    await livekit.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** A line for each figure: measure, target, result. */
export const tokenServiceRows = (figures: readonly LoadFigures[]): { measure: string; target: string; result: string }[] =>
  figures.map(({ what, connections, rate, latency: { p50, p99, max }, errors, cpu }) => ({
    measure: `${what}, ${String(connections)} at a time`,
    target: '',
    result: `${rate.toFixed(0)} a second; p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms; CPU ${cpu.toFixed(2)} ms; ${String(errors)} errors`,
  }));

/** Coaches that tell what happens: a turn of theirs and one of the learner's in one batch, each in a session of its own. */
async function eventLoads(url: string): Promise<Load[]> {
  const client = new TokenServiceClient(url, { serviceToken: SERVICE_TOKEN });
  return Promise.all([1, 10].map(async (connections): Promise<Load> => {
    const sessions = await Promise.all(Array.from({ length: connections }, async () => {
      const { session } = await client.requestToken({});
      const { term } = await client.claim(session, 'bench');
      return { session, term, seq: 0 };
    }));
    let connected = 0;
    return {
      what: 'POST /events, batches of 4',
      method: 'POST',
      path: '/',
      connections,
      amount: 300 * (connections + 5),
      headers: { authorization: `Bearer ${SERVICE_TOKEN}` },
      setupClient: (connection) => {
        const own = sessions[connected++ % connections];
        if (own === undefined) return;
        connection.setRequests([{ method: 'POST', path: `/sessions/${own.session}/events`, setupRequest: (request) => ({ ...request, body: JSON.stringify(nextTurns(own)) }) }]);
      },
    };
  }));
}

const WORDS = Array.from({ length: 20 }, (_, index) => ({ word: 'travailler', start: index * 0.4, end: index * 0.4 + 0.3, conf: 0.9 }));

function nextTurns(own: { readonly term: number; seq: number }): EventBatch {
  const at = Date.now();
  const numbered = (event: NewSessionEvent): SessionEvent => ({ seq: (own.seq += 1), at, ...event });
  const text = WORDS.map(({ word }) => word).join(' ');
  const events = ([
    { type: 'learner_turn', turn: 1, source: 'voice', startedAt: at, text, words: WORDS, durationMs: 8_000, interruptedCoach: false },
    { type: 'coach_state', state: 'thinking' },
    { type: 'flow_moved', state: { coach: { phase: 1, turns: 4, asked: [text] }, remaining: 120_000 } },
    { type: 'coach_turn', turn: 1, by: 'scripted', startedAt: at, durationMs: 5_000, text, clauses: [{ text, startMs: 0 }], interrupted: false, latency: { voiceToVoice: 500 }, levels: ['kokoro'] },
  ] satisfies NewSessionEvent[]).map(numbered);
  return { term: own.term, sentAt: at, events };
}

async function shoot(url: string, { what, path, connections, amount, ...request }: Load): Promise<Omit<LoadFigures, 'cpu'>> {
  const times: number[] = [];
  const began = performance.now();
  let ended = began;
  const { errors, non2xx } = await new Promise<autocannon.Result>((resolve, reject) => {
    const gun = autocannon({ ...request, url: `${url}${path}`, connections, amount, timeout: 30, headers: { 'content-type': 'application/json', ...request.headers } }, (error: Error | null, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
    gun.on('response', (_client, _status, _bytes, ms) => {
      times.push(ms);
      ended = performance.now();
    });
  });
  return { what, connections, rate: (1_000 * times.length) / (ended - began), latency: distribution(times), errors: errors + non2xx };
}

async function startService(livekit: LiveKitServer, home: string): Promise<{ process: ChildProcess; url: string }> {
  const port = await freePort();
  const settings = join(home, 'settings.yaml');
  writeFileSync(settings, JSON.stringify({ livekit: { url: livekit.url }, tokenService: { port, requestsPerMinute: 1_000_000 }, inference: { url: 'http://127.0.0.1:1' } }));
  const service = spawn(process.execPath, [join(ROOT, 'token-service/main.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ELOQUENCE_HOME: home, ELOQUENCE_CONFIG: settings, LOG_LEVEL: 'error', LIVEKIT_API_KEY: livekit.apiKey, LIVEKIT_API_SECRET: livekit.apiSecret, ELOQUENCE_SERVICE_TOKEN: SERVICE_TOKEN },
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const client = new TokenServiceClient(url);
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await client.health().then(() => true, () => false)) return { process: service, url };
    await delay(50);
  }
  service.kill('SIGKILL');
  throw new Error('the token service did not start');
}
