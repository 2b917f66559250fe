import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { localUrl, type Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';

export interface PortUse {
  /** The setting of config/eloquence.yaml that chooses the port. */
  readonly setting: string;
  readonly port: number;
  readonly host: string;
  readonly protocol: 'tcp' | 'udp';
}

/** Below the range that Linux hands to outgoing connections, so that none of those takes a port between choice and use. */
const FREE_FROM = 20_000;
const FREE_TO = 32_000;

/**
 * Finds what would keep a program from listening, without leaving anything behind.
 * @throws CodedError PORT_TWICE when two of them are the same port; PORT_IN_USE, PORT_FORBIDDEN or HOST_UNAVAILABLE for
 * the first port that cannot be had.
 */
export async function assertFree(uses: readonly PortUse[]): Promise<void> {
  assertDistinct(uses);
  const failures = await Promise.all(uses.map(bindable));
  for (const [index, failure] of failures.entries()) {
    const use = uses[index];
    if (failure === undefined || use === undefined) continue;
    const details = { port: shown(use), setting: use.setting, host: use.host };
    if (failure.code === 'EACCES') throw new CodedError('PORT_FORBIDDEN', details, { cause: failure });
    if (failure.code === 'EADDRNOTAVAIL' || failure.code === 'ENOTFOUND') throw new CodedError('HOST_UNAVAILABLE', details, { cause: failure });
    throw new CodedError('PORT_IN_USE', details, { cause: failure });
  }
}

function assertDistinct(uses: readonly PortUse[]): void {
  for (const [index, use] of uses.entries()) {
    const other = uses.slice(index + 1).find((later) => collide(use, later));
    if (other !== undefined) throw new CodedError('PORT_TWICE', { port: shown(use), setting: use.setting, other: other.setting });
  }
}

const EVERY_ADDRESS = ['0.0.0.0', '::'];

/** Port 0 stands for any that is free, so two of them are no clash. */
const collide = (one: PortUse, other: PortUse): boolean =>
  one.port !== 0 && one.port === other.port && one.protocol === other.protocol && (one.host === other.host || [one.host, other.host].some((host) => EVERY_ADDRESS.includes(host)));

const shown = ({ port, protocol }: PortUse): string => `${String(port)}${protocol === 'udp' ? '/udp' : ''}`;

/** The configuration with each port 0 replaced by one that is free now, and the addresses that follow from it. */
export async function chooseFreePorts(config: Config): Promise<Config> {
  const choose = (port: number): Promise<number> => (port === 0 ? freePort(config.host) : Promise.resolve(port));
  const { livekit, tokenService, inference, agent, tls } = config;
  const chosen = {
    livekit: await choose(livekit.port), rtcTcp: await choose(livekit.rtcTcpPort), rtcUdp: await choose(livekit.rtcUdpPort),
    tokenService: await choose(tokenService.port), inference: await choose(inference.port), agent: await choose(agent.httpPort), tls: await choose(tls.port),
  };
  const url = (scheme: 'http' | 'ws', configured: { url: string; port: number }, port: number): string =>
    configured.url === localUrl(scheme, config, configured.port) ? localUrl(scheme, config, port) : configured.url;
  return {
    ...config,
    livekit: { ...livekit, url: url('ws', livekit, chosen.livekit), port: chosen.livekit, rtcTcpPort: chosen.rtcTcp, rtcUdpPort: chosen.rtcUdp },
    tokenService: { ...tokenService, url: url('http', tokenService, chosen.tokenService), port: chosen.tokenService },
    inference: { ...inference, url: url('http', inference, chosen.inference), port: chosen.inference },
    agent: { ...agent, httpPort: chosen.agent },
    tls: { ...tls, port: chosen.tls },
  };
}

const given = new Set<number>();

async function freePort(host: string): Promise<number> {
  for (;;) {
    const port = FREE_FROM + Math.floor(Math.random() * (FREE_TO - FREE_FROM));
    if (given.has(port)) continue;
    const taken = await Promise.all((['tcp', 'udp'] as const).map((protocol) => bindable({ setting: '', port, host, protocol })));
    if (taken.some((failure) => failure !== undefined)) continue;
    given.add(port);
    return port;
  }
}

/** Undefined when the port can be had. */
function bindable({ port, host, protocol }: PortUse): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', resolve);
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
    } else {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', (error) => socket.close(() => resolve(error)));
      socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(undefined)));
    }
  });
}
