import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../../core/paths.ts';
import { temporaryHome } from '../../support/home.ts';
import { isAlive, untilGone } from '../../support/processes.ts';

const EPHEMERAL = fileURLToPath(new URL('../../support/ephemeral.yaml', import.meta.url));

let home: string;
let remove: () => void;
let running: ChildProcess[] = [];
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  running = [];
  remove();
});

const npmStart = () => start('npm', ['start']);
const eloquenceUp = (args: string[] = [], env: Record<string, string> = {}) => start(process.execPath, [join(ROOT, 'ops/cli.ts'), 'up', ...args], env);

function start(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    cwd: ROOT, env: { ...process.env, LOG_LEVEL: 'info', NO_COLOR: '1', ELOQUENCE_CONFIG: EPHEMERAL, ELOQUENCE_HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  const news = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      news.emit('news');
    });
  }
  child.once('exit', () => news.emit('news'));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const says = async (words: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = words.exec(output);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended without saying ${String(words)}:\n${output}`);
      await once(news, 'news');
    }
  };
  return { child, says, ended, output: () => output };
}

/** Every process that works on this data folder, from /proc. */
function stackProcesses(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    if (running.some((child) => child.pid === pid)) return false;
    try {
      return readFileSync(`/proc/${String(pid)}/environ`, 'utf8').includes(`ELOQUENCE_HOME=${home}\0`);
    } catch {
      return false;
    }
  });
}

describe('eloquence up', { timeout: 180_000 }, () => {
  it('by `npm start`: starts everything, prints the address, restarts what dies, and leaves nothing behind on SIGTERM', async () => {
    const up = npmStart();
    const [, address = ''] = await up.says(/Eloquence is ready: (http:\/\/127\.0\.0\.1:\d+)/);
    expect(up.output()).toMatch(/Coach +scripted, because no LLM key is set/);
    const page = await fetch(address);
    expect(page.status).toBe(200);
    const { exercises } = (await (await fetch(new URL('/exercises', address))).json()) as { exercises: unknown[] };
    expect(exercises.length).toBeGreaterThanOrEqual(5);

    const livekit = stackProcesses().find((pid) => readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('livekit-server')) ?? 0;
    process.kill(livekit, 'SIGKILL');
    await up.says(/livekit ended \(signal SIGKILL\); it is started again in 0\.5 s/);
    await up.says(/livekit is back after/);

    const pids = stackProcesses();
    expect(pids.length).toBeGreaterThan(4);
    up.child.kill('SIGTERM');
    expect(await up.ended).toEqual([0, null]);
    for (const pid of pids) await untilGone(pid);
    expect(stackProcesses()).toEqual([]);
    expect(globSync('run/*', { cwd: home })).toEqual([]);
    for (const service of ['livekit', 'inference', 'token-service', 'agent']) {
      expect(readFileSync(join(home, 'logs', `${service}.log`), 'utf8').length).toBeGreaterThan(0);
    }
    const { livekitApiSecret, serviceToken } = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as Record<string, string>;
    for (const secret of [livekitApiSecret, serviceToken]) {
      for (const log of globSync('logs/*', { cwd: home })) expect(readFileSync(join(home, log), 'utf8')).not.toContain(secret);
    }
  });

  it('leaves nothing behind when it is killed without a word', async () => {
    const up = eloquenceUp();
    await up.says(/engine ready/);
    const pids = stackProcesses();
    up.child.kill('SIGKILL');
    await up.ended;
    for (const pid of pids) await untilGone(pid);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('names a port in use and its setting, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(home, 'mine.yaml'), `${readFileSync(EPHEMERAL, 'utf8').replace(/inference:.*/, '')}\ninference: { port: ${String(port)} }\n`);
    const up = eloquenceUp([], { ELOQUENCE_CONFIG: join(home, 'mine.yaml') });
    expect(await up.ended).toEqual([1, null]);
    server.close();
    expect(up.output()).toContain(`PORT_IN_USE: Port ${String(port)} (inference.port) is already in use.`);
    expect(globSync('logs/*', { cwd: home })).toEqual([]);
    expect(stackProcesses()).toEqual([]);
  });

  it.each([
    ['without a certificate', {}, /TLS_REQUIRED: Serving 0\.0\.0\.0.*\n.*--cert.*mkcert.*openssl/],
    ['with everybody’s keys', { LIVEKIT_API_KEY: 'devkey', LIVEKIT_API_SECRET: 'secret' }, /DEV_KEYS_EXPOSED/],
  ])('does not serve a network %s', async (_, env, words) => {
    const up = eloquenceUp(['--host', '0.0.0.0'], env);
    expect(await up.ended).toEqual([1, null]);
    expect(up.output()).toMatch(words);
    expect(stackProcesses()).toEqual([]);
  });

  it('stops in the middle of starting', async () => {
    const up = eloquenceUp();
    await up.says(/livekit is ready/);
    up.child.kill('SIGINT');
    expect(await up.ended).toEqual([0, null]);
    expect(up.output()).not.toContain('Eloquence is ready');
    expect(stackProcesses()).toEqual([]);
  });
});
