import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../core/config.ts';
import { ENVIRONMENT } from '../../core/environment.ts';
import { ROOT } from '../../core/paths.ts';
import { planServices } from '../../ops/up/services.ts';
import { ESPEAK, FFMPEG, PYTHON } from '../../ops/setup/system-packages.ts';

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes: readonly string[];
  readonly network_mode: string;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Container> };
const containers = Object.entries(services);
const ours = containers.filter(([, { image }]) => image === 'eloquence');
const config = loadConfig({});
const known = new Set(ENVIRONMENT.map(({ name }) => name));

describe('docker-compose.yml', () => {
  it('runs the processes of `eloquence up`, by the same programs', () => {
    const plan = planServices({ config, secrets: { livekitApiKey: 'k', livekitApiSecret: 's', serviceToken: 't' }, env: { PATH: '', ELOQUENCE_HOME: ROOT }, externalLiveKit: true, publicHost: '0.0.0.0' });
    expect(Object.keys(services).sort()).toEqual(['livekit', 'setup', ...plan.map(({ name }) => name)].sort());
    for (const { name, args } of plan) expect(services[name]?.command.slice(1)).toEqual(args.map((arg) => arg.replace(ROOT, '')));
  });

  it.each(ours)('%s runs a file that is there, with variables that are read', (_, { command, environment, volumes }) => {
    expect(command[0]).toBe('node');
    expect(existsSync(join(ROOT, command[1] ?? ''))).toBe(true);
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    expect(volumes).toContain('data:/data');
  });

  it('gives inference every key that a provider may need, the token service those of what it keeps, and nobody else any', () => {
    const stores = ['DATABASE_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];
    const shared = ['LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'ELOQUENCE_SERVICE_TOKEN'];
    const providers = ENVIRONMENT.filter(({ secret, name }) => secret === true && !shared.includes(name) && !stores.includes(name)).map(({ name }) => name);
    const given = (service: string): string[] => Object.keys(services[service]?.environment ?? {});
    expect(given('inference')).toEqual(expect.arrayContaining(providers));
    expect(given('token-service')).toEqual(expect.arrayContaining(stores));
    expect(given('agent')).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(MISTRAL|OPENAI|S3|DATABASE)_/)]));
  });

  it.each([
    ['livekit', config.livekit.port], ['inference', config.inference.port], ['token-service', config.tokenService.port], ['agent', config.agent.httpPort],
  ])('asks %s for its health on its port', (name, port) => {
    expect(services[name]?.healthcheck?.test.join(' ')).toContain(`127.0.0.1:${String(port)}/`);
  });

  it('waits for what is there and has a health', () => {
    for (const [, { depends_on = {} }] of containers) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(services[name]).toHaveProperty('healthcheck');
        else expect([name, condition]).toEqual(['setup', 'service_completed_successfully']);
      }
    }
  });

  it('shares the host’s network, since livekit.yaml names its addresses', () => {
    for (const [, { network_mode }] of containers) expect(network_mode).toBe('host');
  });

  it('takes the media server that set-up takes', () => {
    const [, version] = /livekit-server (v\S+)/.exec(read('ops/setup/livekit-server/go.mod')) ?? [];
    expect(services['livekit']?.image).toBe(`livekit/livekit-server:${version ?? ''}`);
  });

  it('holds no secret of its own', () => {
    for (const [, { environment }] of containers) {
      for (const { name } of ENVIRONMENT.filter(({ secret }) => secret)) expect(environment[name] ?? '').toMatch(/^(\$\{\w+:[?-].*\})?$/);
    }
  });
});

describe('Dockerfile', () => {
  const file = read('Dockerfile');
  it('installs the programs that set-up looks for', () => {
    for (const { apt } of [ESPEAK, FFMPEG, PYTHON]) for (const name of apt.split(' ')) expect(file).toContain(name);
  });
  it('copies and runs what is there', () => {
    for (const name of /^COPY (package.*) \.\/$/m.exec(file)?.[1]?.split(' ') ?? ['missing']) expect(existsSync(join(ROOT, name))).toBe(true);
    expect(existsSync(join(ROOT, 'bootstrap.mjs'))).toBe(true);
  });
});

describe('eloquence.service', () => {
  const unit = read('deploy/eloquence.service');
  it('starts `eloquence up` with variables that are read', () => {
    const [, folder = ''] = /^WorkingDirectory=(.*)$/m.exec(unit) ?? [];
    const [, program, file, command] = /^ExecStart=(\S+) (\S+) (\S+)$/m.exec(unit) ?? [];
    expect(program).toBe(`${folder}/node_modules/.bin/node`);
    expect(existsSync(join(ROOT, file ?? ''))).toBe(true);
    expect(command).toBe('up');
    const names = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) => [...line.matchAll(/([A-Z_]+)=/g)]).map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
  it('leaves `up` the time to end its own', () => {
    expect(unit).toMatch(/^KillMode=mixed$/m);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(5);
  });
});
