import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { inHome, ROOT } from '../../core/paths.ts';
import { freePort } from './free-port.ts';

/** A real livekit-server on loopback, with keys and ports of its own and the rooms of livekit.yaml. */
export interface LiveKitServer {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly rtcTcpPort: number;
  readonly rtcUdpPort: number;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Ends it with `signal` and waits until it is gone. SIGTERM waits for rooms to empty: tests kill. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same ports with the same keys, as after a crash: it has forgotten its rooms. */
  restart(): Promise<void>;
}

export interface LiveKitOptions {
  /** Where it sends its webhooks; none by default. */
  readonly webhookUrl?: string;
  /** Laid over the `room` section of livekit.yaml, e.g. `{ departure_timeout: 1 }`. */
  readonly room?: Record<string, unknown>;
}

/** Starts a livekit-server and waits until it answers. */
export async function startLiveKit(options: LiveKitOptions = {}): Promise<LiveKitServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options);
    } catch (error) {
      // Somebody took one of the ports between our asking and its binding.
      if (attempt === 3) throw error;
    }
  }
}

/** The program: in the data folder, else on PATH. */
function livekitBinary(): string {
  const candidates = [inHome('bin', 'livekit-server'), ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'livekit-server'))];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined) throw new Error('No livekit-server: `npm test` brings it, or put one on PATH.');
  return found;
}

async function start({ webhookUrl, room = {} }: LiveKitOptions): Promise<LiveKitServer> {
  const [port, rtcTcpPort, rtcUdpPort] = [await freePort(), await freePort(), await freePort()];
  const apiKey = `test${randomBytes(4).toString('hex')}`;
  const apiSecret = randomBytes(32).toString('base64url');
  const base = parse(readFileSync(join(ROOT, 'livekit.yaml'), 'utf8')) as { rtc: object; room: object };
  const config = stringify({
    ...base,
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: { ...base.rtc, tcp_port: rtcTcpPort, udp_port: rtcUdpPort, node_ip: '127.0.0.1', interfaces: { includes: ['lo'] } },
    room: { ...base.room, ...room },
    webhook: webhookUrl === undefined ? undefined : { api_key: apiKey, urls: [webhookUrl] },
    keys: { [apiKey]: apiSecret },
  });

  let server = await launch(config, port);
  return {
    url: `ws://127.0.0.1:${port}`, port, rtcTcpPort, rtcUdpPort, apiKey, apiSecret,
    stop: (signal = 'SIGKILL') => end(server, signal),
    async restart() {
      await end(server, 'SIGKILL');
      server = await launch(config, port);
    },
  };
}

async function launch(config: string, port: number): Promise<ChildProcess> {
  const output: string[] = [];
  const child = spawn(livekitBinary(), [], { env: { ...process.env, LIVEKIT_CONFIG: config }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void output.push(text));
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  child.once('exit', () => process.removeListener('exit', orphan));
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.ok) return child;
    await wait(25);
  }
  await end(child, 'SIGKILL');
  throw new Error(`livekit-server did not start:\n${output.join('').slice(-2_000)}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
