import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { ROOT } from '../../core/paths.ts';
import { freePort } from '../support/free-port.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Line { msg: string; code?: string; level: string }

/** The service as its own process; resolves with it and its log lines. */
function start(port: number, env: NodeJS.ProcessEnv = {}): { child: ChildProcess; line: (fits: (line: Line) => boolean) => Promise<Line> } {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const settings = join(home, 'settings.yaml');
  writeFileSync(settings, `tokenService: { port: ${port} }\nlivekit: { url: "ws://127.0.0.1:1" }\n`);
  const child = spawn(process.execPath, [join(ROOT, 'token-service/main.ts')], { env: { ...process.env, ELOQUENCE_HOME: home, ELOQUENCE_CONFIG: settings, LOG_LEVEL: 'info', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (text) => lines.push(JSON.parse(text) as Line));
  return {
    child,
    async line(fits) {
      for (;;) {
        const found = lines.find(fits);
        if (found !== undefined) return found;
        await once(reader, 'line');
      }
    },
  };
}

it('listens, and ends on SIGTERM with a connection open', async () => {
  const port = await freePort();
  const { child, line } = start(port);
  await line(({ msg }) => msg.includes('ready'));
  const response = await fetch(`http://127.0.0.1:${port}/exercises`, { headers: { connection: 'keep-alive' } });
  expect(response.status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('says which port is taken and by which setting it is moved', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { child, line } = start(port);
  const [said, exit] = await Promise.all([line(({ level }) => level === 'fatal'), once(child, 'exit')]);
  expect(said).toMatchObject({ code: 'PORT_IN_USE', msg: expect.stringContaining(`${port} (tokenService.port)`) as string });
  expect(exit).toEqual([1, null]);
  server.close();
});

it('does not serve a network with the well-known keys', async () => {
  const { child, line } = start(await freePort(), { ELOQUENCE_HOST: '0.0.0.0', LIVEKIT_API_KEY: 'devkey', LIVEKIT_API_SECRET: 'secret' });
  const [said] = await Promise.all([line(({ level }) => level === 'fatal'), once(child, 'exit')]);
  expect(said.code).toBe('DEV_KEYS_EXPOSED');
});
