import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../../core/paths.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { temporaryHome } from '../support/home.ts';
import { untilGone } from '../support/processes.ts';

// The program itself, as it is started by `eloquence up`.

let home: { home: string; remove: () => void };
let program: ChildProcess | undefined;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => {
  program?.kill('SIGKILL');
  home.remove();
});

interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Starts it with settings of its own; `line` resolves with the first log line that says so. */
function start(settings: string): { pid: number; line: (saying: string) => Promise<LogLine>; exited: Promise<number | null> } {
  const config = join(home.home, 'config.yaml');
  writeFileSync(config, settings);
  const child = spawn(process.execPath, ['inference/main.ts'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ELOQUENCE_CONFIG: config, ELOQUENCE_HOME: home.home, LOG_LEVEL: 'info' } });
  program = child;
  const lines: LogLine[] = [];
  const waiting: { saying: string; resolve: (line: LogLine) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    for (const { resolve } of waiting.filter(({ saying }) => line.msg.includes(saying))) resolve(line);
  });
  return {
    pid: child.pid ?? 0,
    line: (saying) => new Promise((resolve) => {
      const said = lines.find(({ msg }) => msg.includes(saying));
      if (said) resolve(said);
      else waiting.push({ saying, resolve });
    }),
    exited: once(child, 'exit').then(([code]) => code as number | null),
  };
}

const childrenOf = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

test.runIf(process.platform === 'linux')('it tells its health while the engines load, is ready in the end, and on SIGTERM leaves no process behind', async () => {
  const { pid, line, exited } = start('inference: { port: 0 }');
  const { address } = await line('inference listens');
  const client = new InferenceClient(String(address));
  expect(Object.keys((await client.health()).parts)).toEqual(['stt', 'tts.kokoro', 'tts.pico', 'tts.espeak']);
  await line('inference is ready');
  expect(await client.health()).toMatchObject({ status: 'ok' });

  // In the middle of work: an open stream, and speech that is being made.
  const stream = client.streamRecognition({ sampleRate: 16_000 });
  await stream.opened;
  const speech = await client.speech({ text: 'Ceci est une phrase assez longue pour que le moteur soit encore au travail.', reuse_cache: false });
  const engines = childrenOf(pid);
  expect(engines.length).toBeGreaterThanOrEqual(2);
  process.kill(pid, 'SIGTERM');
  expect(await exited).toBe(0);
  await Promise.all(engines.map(untilGone));
  await Array.fromAsync(speech.audio).catch(() => undefined);
  await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test.runIf(process.platform === 'linux')('killed outright, its engines end by themselves', async () => {
  const { pid, line, exited } = start('inference: { port: 0 }');
  await line('inference is ready');
  const engines = childrenOf(pid);
  process.kill(pid, 'SIGKILL');
  await exited;
  await Promise.all(engines.map(untilGone));
});

test('a port that is taken is an error that names port and setting', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { line, exited } = start(`inference: { port: ${port} }`);
  expect(await line('already in use')).toMatchObject({ code: 'PORT_IN_USE', msg: `Port ${port} (inference.port) is already in use.` });
  expect(await exited).toBe(1);
  other.close();
});

test('without its models it says so by its health, and serves on', async () => {
  rmSync(join(home.home, 'models'));
  const { line } = start('inference: { port: 0 }\ntts: { order: [kokoro, pico] }');
  const { address } = await line('inference listens');
  await line('without all of its engines');
  const reply = await fetch(`${String(address)}/health`);
  expect(reply.status).toBe(503);
  expect(await reply.json()).toMatchObject({ status: 'down', parts: { stt: { status: 'down' }, 'tts.kokoro': { status: 'down' } } });
  await expect(new InferenceClient(String(address)).transcribe({ pcm: new Int16Array(1_600), sampleRate: 16_000 })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
