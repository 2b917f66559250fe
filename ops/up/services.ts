import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { localUrl, type Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { homeFolder, ROOT } from '../../core/paths.ts';
import type { Secrets } from '../../core/secrets.ts';
import { livekitKeys, mediaReach, renderLiveKitConfig } from './livekit-config.ts';
import type { PortUse } from './ports.ts';
import { probeHealth, probePage, probeThroughTls } from './probe.ts';
import type { ServiceDefinition } from './supervisor.ts';

export type ServiceName = 'livekit' | 'inference' | 'token-service' | 'agent' | 'front';

/** A service to start here, the ports it takes, and the services that must be ready before it is worth starting. */
export interface PlannedService extends ServiceDefinition {
  readonly name: ServiceName;
  readonly ports: readonly PortUse[];
  readonly after: readonly ServiceName[];
}

export interface PlanOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  /** Environment of our own services: the effective configuration and the secrets. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether somebody else runs the media server. */
  readonly externalLiveKit: boolean;
  /** Address that serves a network by TLS; undefined: this machine only. */
  readonly publicHost: string | undefined;
}

/** What to start here: everything but what the configuration says somebody else runs. */
export function planServices({ config, secrets, env, externalLiveKit, publicHost }: PlanOptions): PlannedService[] {
  const { livekit, inference, tokenService, agent, tls, host } = config;
  const node = (name: ServiceName, entry: string, args: readonly string[] = []): Pick<PlannedService, 'name' | 'command' | 'args' | 'cwd' | 'env'> =>
    ({ name, command: process.execPath, args: [join(ROOT, entry), ...args], cwd: ROOT, env: { ...env, NODE_ENV: 'production' } });
  const tcp = (setting: string, port: number, at = host): PortUse => ({ setting, port, host: at, protocol: 'tcp' });

  const services: PlannedService[] = [];
  if (!externalLiveKit) {
    const reach = mediaReach(config, secrets, publicHost !== undefined);
    services.push({
      name: 'livekit',
      command: findLiveKitServer(env),
      args: [],
      cwd: ROOT,
      env: { ...env, LIVEKIT_CONFIG: renderLiveKitConfig(config, secrets, reach), LIVEKIT_KEYS: livekitKeys(secrets) },
      probe: probePage(localUrl('http', config, livekit.port)),
      ports: [
        tcp('livekit.port', livekit.port, '127.0.0.1'),
        { setting: 'livekit.rtcUdpPort', port: livekit.rtcUdpPort, host: reach === 'loopback' ? '127.0.0.1' : '0.0.0.0', protocol: 'udp' },
        ...(reach === 'network' ? [tcp('livekit.rtcTcpPort', livekit.rtcTcpPort, '0.0.0.0')] : []),
      ],
      after: [],
    });
  }
  if (inference.url === localUrl('http', config, inference.port)) {
    services.push({ ...node('inference', 'inference/main.ts'), probe: probeHealth(inference.url), ports: [tcp('inference.port', inference.port)], after: [] });
  }
  if (tokenService.url === localUrl('http', config, tokenService.port)) {
    services.push({ ...node('token-service', 'token-service/main.ts'), probe: probeHealth(tokenService.url), ports: [tcp('tokenService.port', tokenService.port)], after: [] });
  }
  services.push({
    ...node('agent', 'agent/main.ts'),
    probe: probePage(`http://127.0.0.1:${String(agent.httpPort)}/`), // 200 once it is registered with LiveKit
    ports: [tcp('agent.httpPort', agent.httpPort, '127.0.0.1')],
    after: ['livekit'],
  });
  if (publicHost !== undefined) {
    services.push({
      ...node('front', 'ops/up/front.ts', [publicHost]),
      probe: probeThroughTls(publicHost, tls.port),
      ports: [tcp('tls.port', tls.port, publicHost)],
      after: ['token-service'],
    });
  }
  return services;
}

/**
 * The media server's program: one on PATH, else the one in the data folder.
 * @throws CodedError LIVEKIT_SERVER_MISSING
 */
function findLiveKitServer(env: NodeJS.ProcessEnv): string {
  const found = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), join(homeFolder(env), 'bin')]
    .map((folder) => join(folder, 'livekit-server'))
    .find((file) => existsSync(file));
  if (found === undefined) throw new CodedError('LIVEKIT_SERVER_MISSING');
  return found;
}
