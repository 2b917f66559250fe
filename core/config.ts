import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parse } from 'yaml';
import { CodedError } from './errors.ts';
import { ENVIRONMENT } from './environment.ts';
import { ROOT, SHIPPED_EXERCISES } from './paths.ts';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Ms = Type.Integer({ minimum: 0 });
const closed = { additionalProperties: false };

const ConfigSchema = Type.Object({
  host: Type.String({ minLength: 1 }),
  exercises: Type.String(),
  livekit: Type.Object({ url: Type.String(), publicUrl: Type.String(), port: Port, rtcTcpPort: Port, rtcUdpPort: Port, nodeIp: Type.String() }, closed),
  tls: Type.Object({ port: Port, cert: Type.String(), key: Type.String() }, closed),
  tokenService: Type.Object({ url: Type.String(), port: Port, tokenTtlMinutes: Type.Integer({ minimum: 1 }), requestsPerMinute: Type.Integer({ minimum: 1 }) }, closed),
  inference: Type.Object({ url: Type.String(), port: Port, threads: Type.Integer({ minimum: 1 }), maxAudioMinutes: Type.Number({ exclusiveMinimum: 0 }) }, closed),
  agent: Type.Object({
    name: Type.String({ minLength: 1 }),
    maxRooms: Type.Integer({ minimum: 1 }),
    idleProcesses: Type.Integer({ minimum: 0 }),
    httpPort: Port,
    turn: Type.Object({ endpointingMinDelay: Ms, endpointingMaxDelay: Ms, interruptionMinDuration: Ms, sttEndpoint: Type.Integer({ minimum: 100, maximum: 5_000 }) }, closed),
    llmDeadline: Ms,
  }, closed),
  stt: Type.Object({ language: Type.Union([Type.Literal('fr'), Type.Literal('en')]), engines: Type.Array(Type.String()) }, closed),
  tts: Type.Object({ levels: Type.Array(Type.String()), deadlines: Type.Record(Type.String(), Ms), cacheMegabytes: Type.Number({ minimum: 0 }), diskCacheMegabytes: Type.Number({ minimum: 0 }), cacheTtlSeconds: Type.Integer({ minimum: 0 }) }, closed),
  llm: Type.Object({
    providers: Type.Array(Type.String()),
    model: Type.String(),
    temperature: Type.Number({ minimum: 0, maximum: 2 }),
    maxTokens: Type.Integer({ minimum: 1 }),
    firstTokenDeadline: Ms,
    stallDeadline: Ms,
    mistralBaseUrl: Type.String(),
    scalewayBaseUrl: Type.String(),
    openaiBaseUrl: Type.String(),
  }, closed),
}, closed);

/** All settings, as `config/eloquence.yaml` documents them. Secrets are not in here: see `secrets()` in environment.ts. */
export type Config = Static<typeof ConfigSchema>;

const DEFAULTS = join(ROOT, 'config/eloquence.yaml');

/**
 * The defaults, then the file that `ELOQUENCE_CONFIG` names, then the environment.
 * @throws CodedError CONFIG_INVALID with file, path and reason.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const files = [DEFAULTS, ...(env['ELOQUENCE_CONFIG'] ? [env['ELOQUENCE_CONFIG']] : [])];
  const config = files.map(readYaml).reduce(merge);
  for (const variable of ENVIRONMENT) {
    const value = env[variable.name];
    if (value !== undefined && value !== '' && variable.path !== undefined) set(config, variable.path.split('.'), value);
  }
  const candidate: unknown = config;
  const converted = Value.Convert(ConfigSchema, candidate);
  if (Value.Check(ConfigSchema, converted)) return effective(converted);
  const [first] = Value.Errors(ConfigSchema, converted);
  throw new CodedError('CONFIG_INVALID', {
    file: files.at(-1) ?? DEFAULTS,
    path: first?.instancePath || '/',
    reason: first?.message ?? 'it does not fit',
  });
}

/** Where a service that runs on this machine is reached from it. */
export const localUrl = (scheme: 'http' | 'ws', { host }: Pick<Config, 'host'>, port: number): string =>
  `${scheme}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${String(port)}`;

function effective(config: Config): Config {
  const { exercises, livekit, tokenService, inference } = config;
  return {
    ...config,
    exercises: resolve(ROOT, exercises || SHIPPED_EXERCISES),
    livekit: { ...livekit, url: livekit.url || localUrl('ws', config, livekit.port) },
    tokenService: { ...tokenService, url: tokenService.url || localUrl('http', config, tokenService.port) },
    inference: { ...inference, url: inference.url || localUrl('http', config, inference.port) },
  };
}

type Tree = Record<string, unknown>;

function readYaml(file: string): Tree {
  try {
    const tree: unknown = parse(readFileSync(file, 'utf8'));
    if (isTree(tree)) return tree;
    throw new Error('the file must be a map of settings');
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', { file, path: '/', reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

function merge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return result;
}

function set(tree: Tree, [head = '', ...rest]: string[], value: string): void {
  const below = tree[head];
  if (rest.length === 0) tree[head] = value;
  else if (isTree(below)) set(below, rest, value);
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
