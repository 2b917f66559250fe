import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parse } from 'yaml';
import { CodedError } from './errors.ts';
import { ENVIRONMENT, type EnvironmentVariable } from './environment.ts';
import { homeFolder, ROOT, SHIPPED_EXERCISES } from './paths.ts';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Ms = Type.Integer({ minimum: 0 });
const AtLeastOne = Type.Integer({ minimum: 1 });
const closed = { additionalProperties: false };
const Address = (...schemes: string[]) =>
  Type.Refine(Type.String(), (text) => text === '' || schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? ''), () => `it is no address that begins with ${schemes.join('://, ')}://`);
const HttpAddress = Address('http', 'https');
/** Several, with commas or spaces between them. */
const LIST = /[\s,]+/u;
const HttpAddresses = Type.Refine(Type.String(), (text) => text.split(LIST).every((url) => url === '' || /^https?:$/u.test(URL.parse(url)?.protocol ?? '')), () => 'it is no list of addresses that begin with http:// or https://');
const MediaAddress = Address('ws', 'wss', 'http', 'https');

const Level = { enabled: Type.Boolean(), target: Ms, deadline: Ms };
const Gain = Type.Number({ exclusiveMinimum: 0, maximum: 20 });
/** What each of our voices is called elsewhere. */
const Names = Type.Record(Type.String(), Type.String({ minLength: 1 }));
const Model = { enabled: Type.Boolean(), model: Type.String(), firstTokenDeadline: Ms, stallDeadline: Ms };
const HostedModel = { ...Model, baseUrl: HttpAddress };

const ConfigSchema = Type.Object({
  host: Type.String({ minLength: 1 }),
  exercises: Type.String(),
  livekit: Type.Object({ url: MediaAddress, publicUrl: MediaAddress, port: Port, rtcTcpPort: Port, rtcUdpPort: Port, nodeIp: Type.String() }, closed),
  tls: Type.Object({ port: Port, cert: Type.String(), key: Type.String() }, closed),
  tokenService: Type.Object({ url: HttpAddress, port: Port, tokenTtlMinutes: Type.Integer({ minimum: 1 }), requestsPerMinute: Type.Integer({ minimum: 1 }), learners: Type.Enum(['anyone', 'invited']), corsOrigins: Type.Array(HttpAddress) }, closed),
  sessions: Type.Object({
    keepDays: Type.Integer({ minimum: 0 }),
    keepRecordingsDays: Type.Integer({ minimum: 0 }),
    blobs: Type.Object({ s3Endpoint: HttpAddress, s3Bucket: Type.String(), s3Region: Type.String(), s3Prefix: Type.String() }, closed),
  }, closed),
  inference: Type.Object({ url: HttpAddresses, port: Port, threads: Type.Integer({ minimum: 1 }), nvidiaSmi: Type.String({ minLength: 1 }), maxAudioMinutes: Type.Number({ exclusiveMinimum: 0 }), limits: Type.Object({ speech: AtLeastOne, transcriptions: AtLeastOne, language: AtLeastOne, streams: AtLeastOne }, closed) }, closed),
  agent: Type.Object({
    name: Type.String({ minLength: 1 }),
    maxRooms: Type.Integer({ minimum: 1 }),
    idleProcesses: Type.Integer({ minimum: 0 }),
    httpPort: Port,
    turn: Type.Object({ endpointingMinDelay: Ms, endpointingMaxDelay: Ms, interruptionMinDuration: Ms, sttEndpoint: Type.Integer({ minimum: 100, maximum: 5_000 }) }, closed),
    llmDeadline: Ms,
  }, closed),
  stt: Type.Object({
    language: Type.Enum(['fr', 'en']),
    engines: Type.Array(Type.Enum(['vosk-server', 'whisper', 'vosk', 'openai-compatible']), { minItems: 1, uniqueItems: true }),
    stallDeadline: Ms,
    whisper: Type.Object({
      device: Type.Enum(['auto', 'cuda', 'cpu']),
      models: Type.Array(Type.Enum(['large', 'small', 'base', 'tiny']), { minItems: 1, uniqueItems: true }),
      leastFreeGpuMegabytes: Type.Number({ minimum: 0 }),
    }, closed),
    vosk: Type.Object({ model: Type.String({ minLength: 1 }), language: Type.String({ pattern: '^[a-z]{2,3}$' }), library: Type.String({ minLength: 1 }) }, closed),
    voskServer: Type.Object({ url: Address('ws', 'wss') }, closed),
    openai: Type.Object({ baseUrl: HttpAddress, model: Type.String({ minLength: 1 }), deadline: Ms }, closed),
  }, closed),
  tts: Type.Object({
    order: Type.Array(Type.Enum(['speech-server', 'openai', 'command', 'kokoro-gpu', 'kokoro', 'piper', 'pico', 'espeak']), { minItems: 1, uniqueItems: true }),
    levels: Type.Object({
      'speech-server': Type.Object({ ...Level, url: HttpAddress }, closed),
      openai: Type.Object({ ...Level, url: HttpAddress, model: Type.String({ minLength: 1 }), gain: Gain, voices: Names }, closed),
      command: Type.Object({ ...Level, command: Type.Array(Type.String()), sampleRate: Type.Integer({ minimum: 8_000, maximum: 192_000 }), gain: Gain, voices: Names }, closed),
      'kokoro-gpu': Type.Object(Level, closed),
      kokoro: Type.Object(Level, closed),
      piper: Type.Object({ ...Level, voices: Names }, closed),
      pico: Type.Object(Level, closed),
      espeak: Type.Object(Level, closed),
    }, closed),
    cache: Type.Object({ megabytes: Type.Number({ minimum: 0 }), ttlSeconds: Type.Integer({ minimum: 0 }), diskMegabytes: Type.Number({ minimum: 0 }) }, closed),
  }, closed),
  llm: Type.Object({
    order: Type.Array(Type.Enum(['mistral', 'scaleway', 'openai-compatible', 'local']), { uniqueItems: true }),
    model: Type.String(),
    temperature: Type.Number({ minimum: 0, maximum: 2 }),
    maxTokens: Type.Integer({ minimum: 1 }),
    providers: Type.Object({
      mistral: Type.Object(HostedModel, closed),
      scaleway: Type.Object(HostedModel, closed),
      'openai-compatible': Type.Object(HostedModel, closed),
      local: Type.Object({ ...Model, contextTokens: Type.Integer({ minimum: 256 }), conversations: Type.Integer({ minimum: 1, maximum: 16 }) }, closed),
    }, closed),
    cache: Type.Object({ megabytes: Type.Number({ minimum: 0 }), ttlSeconds: Type.Integer({ minimum: 0 }) }, closed),
  }, closed),
}, closed);

/** All settings, as the files in `config/` document them. Secrets are not in here: see `secrets()` in environment.ts. */
export type Config = Static<typeof ConfigSchema>;

/** A way of speaking, of which `tts.order` is the order. */
export type SpeechLevel = keyof Config['tts']['levels'];

const DEFAULTS = join(ROOT, 'config/eloquence.yaml');
/** Sections with a file of their own. */
const SECTIONS = ['stt', 'tts', 'llm'];

/**
 * The defaults, then what `eloquence tts configure` put into the data folder, then the file that `ELOQUENCE_CONFIG` names,
 * then the environment.
 * @throws CodedError CONFIG_INVALID with the file or variable that the fault came from, path and reason.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const sources = [
    { name: DEFAULTS, tree: readYaml(DEFAULTS) },
    ...SECTIONS.map(sectionOf),
    ...SECTIONS.flatMap((section) => installedOf(section, env)),
    ...(env['ELOQUENCE_CONFIG'] ? [{ name: env['ELOQUENCE_CONFIG'], tree: readYaml(env['ELOQUENCE_CONFIG']) }] : []),
    ...ENVIRONMENT.flatMap((variable) => sourceOf(variable, env)),
  ];
  const config: unknown = sources.map(({ tree }) => tree).reduce(merge);
  // Looked for first: the conversion makes a text or a 0 of what was left empty.
  const empty = firstEmpty(config);
  const converted = Value.Convert(ConfigSchema, config);
  if (empty === undefined && Value.Check(ConfigSchema, converted)) return effective(converted);
  const { path, reason } = empty === undefined ? firstMisfit(converted) : { path: empty, reason: EMPTY };
  const source = sources.findLast(({ tree }) => at(tree, path) !== undefined);
  throw new CodedError('CONFIG_INVALID', { file: source?.name ?? DEFAULTS, path: path || '/', reason });
}

const EMPTY = 'it is empty: give it a value, or take the line away';

/** The validator's own words where they say enough. */
function firstMisfit(config: unknown): { path: string; reason: string } {
  const [error] = Value.Errors(ConfigSchema, config);
  const { instancePath: path = '', message: reason = 'it does not fit' } = error ?? {};
  if (error?.keyword === 'boolean') return { path, reason: 'there is no such setting' };
  if (error?.keyword === 'enum') return { path, reason: `“${String(at(config, path))}” is none of ${error.params.allowedValues.join(', ')}` };
  if (error?.keyword === 'minLength') return { path, reason: EMPTY };
  return { path, reason };
}

/** Where a service that runs on this machine is reached from it. */
export const localUrl = (scheme: 'http' | 'ws', { host }: Pick<Config, 'host'>, port: number): string =>
  `${scheme}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${String(port)}`;

/** The inference servers, the preferred one first. */
export function inferenceUrls({ inference }: Pick<Config, 'inference'>): [string, ...string[]] {
  const [first = '', ...others] = inference.url.split(LIST).filter((url) => url !== '');
  return [first, ...others];
}

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

/** Where settings come from, as an error names it. */
interface Source {
  readonly name: string;
  readonly tree: Tree;
}

function sectionOf(section: string): Source {
  const name = join(ROOT, `config/${section}.yaml`);
  return { name, tree: { [section]: readYaml(name) } };
}

/** Where an operator’s settings of a section lie in the data folder, and those that they replaced. */
export function installedSettings(section: string, env: NodeJS.ProcessEnv = process.env): { current: string; previous: string } {
  const folder = join(homeFolder(env), 'config');
  return { current: join(folder, `${section}.yaml`), previous: join(folder, `${section}.previous.yaml`) };
}

function installedOf(section: string, env: NodeJS.ProcessEnv): Source[] {
  const { current } = installedSettings(section, env);
  return existsSync(current) ? [{ name: current, tree: { [section]: readYaml(current) } }] : [];
}

function sourceOf({ name, path }: EnvironmentVariable, env: NodeJS.ProcessEnv): Source[] {
  const value = env[name];
  if (value === undefined || value === '' || path === undefined) return [];
  return [{ name: `${name} of the environment`, tree: path.split('.').reduceRight<unknown>((below, key) => ({ [key]: below }), value) as Tree }];
}

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
    // A section of which every line is commented out differs in nothing.
    if (isTree(below) && value === null) continue;
    result[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return result;
}

/** The value that a JSON pointer leads to. */
const at = (value: unknown, path: string): unknown => path.split('/').slice(1).reduce<unknown>((node, step) => (Object(node) as Tree)[step], value);

/** The pointer to the first setting without a value. */
function firstEmpty(value: unknown, path = ''): string | undefined {
  if (value === null) return path;
  if (!isTree(value)) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const found = firstEmpty(below, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
