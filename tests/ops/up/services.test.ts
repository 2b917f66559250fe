import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, type Config } from '../../../core/config.ts';
import { isCodedError } from '../../../core/errors.ts';
import { planServices } from '../../../ops/up/services.ts';

const secrets = { livekitApiKey: 'key', livekitApiSecret: 'the secret of the pair', serviceToken: 'token' };
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eloquence-plan-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path, 'livekit-server');
  mkdirSync(join(folder, ...path), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

const plan = (over: { config?: Config; externalLiveKit?: boolean; publicHost?: string; path?: string } = {}) => planServices({
  config: over.config ?? loadConfig({}), secrets, externalLiveKit: over.externalLiveKit ?? false, publicHost: over.publicHost,
  env: { PATH: over.path ?? '', ELOQUENCE_HOME: folder },
});
const names = (services: ReturnType<typeof plan>): string[] => services.map(({ name }) => name);

describe('planServices', () => {
  it('starts the four, each on its port, the agent after the media server', () => {
    program('bin');
    const services = plan();
    expect(names(services)).toEqual(['livekit', 'inference', 'token-service', 'agent']);
    expect(services.flatMap(({ ports }) => ports).map(({ setting, port, protocol }) => `${setting} ${String(port)}/${protocol}`)).toEqual([
      'livekit.port 7880/tcp', 'livekit.rtcUdpPort 7883/udp', 'inference.port 8000/tcp', 'tokenService.port 7881/tcp', 'agent.httpPort 7884/tcp',
    ]);
    expect(services.at(-1)?.after).toEqual(['livekit']);
    for (const { ports } of services) for (const { host, protocol } of ports) if (protocol === 'tcp') expect(host).toBe('127.0.0.1');
  });

  it('leaves out what somebody else runs', () => {
    const config = loadConfig({ INFERENCE_URL: 'http://gpu.example:8000', LIVEKIT_URL: 'wss://media.example' });
    expect(names(plan({ config, externalLiveKit: true }))).toEqual(['token-service', 'agent']);
  });

  it('puts a front before them where a network is served, and opens media by TCP', () => {
    program('bin');
    const services = plan({ publicHost: '0.0.0.0' });
    expect(names(services).at(-1)).toBe('front');
    const open = services.flatMap(({ ports }) => ports).filter(({ host }) => host === '0.0.0.0');
    expect(open.map(({ setting }) => setting)).toEqual(['livekit.rtcUdpPort', 'livekit.rtcTcpPort', 'tls.port']);
  });

  it('gives livekit-server its keys by the environment only', () => {
    program('bin');
    const [livekit] = plan();
    expect(livekit?.env['LIVEKIT_KEYS']).toBe('"key": "the secret of the pair"');
    expect(livekit?.env['LIVEKIT_CONFIG']).not.toContain(secrets.livekitApiSecret);
    expect(livekit?.args).toEqual([]);
  });

  it('prefers a livekit-server on PATH to the one in the data folder, and says when there is none', () => {
    expect(() => plan()).toThrow(expect.toSatisfy((error) => isCodedError(error, 'LIVEKIT_SERVER_MISSING')));
    const own = program('bin');
    expect(plan({ path: join(folder, 'empty') })[0]?.command).toBe(own);
    const system = program('system');
    expect(plan({ path: `${join(folder, 'empty')}:${join(folder, 'system')}` })[0]?.command).toBe(system);
  });
});
