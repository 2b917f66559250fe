import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { systemClock } from '../../core/clock.ts';
import { inferenceUrls, localUrl, type Config } from '../../core/config.ts';
import { ENVIRONMENT } from '../../core/environment.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import { isLoopback } from '../../core/loopback.ts';
import { homeFolder } from '../../core/paths.ts';
import { loadSecrets, type Secrets } from '../../core/secrets.ts';
import { assertExposable, pageAddress } from './exposure.ts';
import { assertFree, chooseFreePorts } from './ports.ts';
import { illParts } from './probe.ts';
import { planServices, type PlannedService, type ServiceName } from './services.ts';
import { SupervisedService, type ServiceState } from './supervisor.ts';
import { Watchdog } from './watchdog.ts';

export interface StackOptions {
  /** Port 0 is replaced by a free one. */
  readonly config: Config;
  /** The services' environment. What it says about settings is ignored: `config` has the last word. */
  readonly env?: NodeJS.ProcessEnv;
  /** Each line that a service writes. */
  readonly onLine?: (service: ServiceName, line: string) => void;
  /** Each change of a service's state. */
  readonly onState?: (service: ServiceName, state: ServiceState) => void;
  /** Called now and then with what keeps a service from being ready. */
  readonly onWaiting?: (service: ServiceName, reason: string) => void;
  /** Start only these; default: all that the configuration does not place elsewhere. */
  readonly only?: readonly ServiceName[];
  /** Gives up the start: what was started is ended and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  /** With the ports and addresses in effect. */
  readonly config: Config;
  readonly secrets: Secrets;
  /** Environment in which another process (a doctor, a second worker) sees the same configuration and secrets. */
  readonly env: NodeJS.ProcessEnv;
  readonly addresses: Readonly<Record<'page' | 'livekit' | 'tokenService' | 'inference' | 'agent', string>>;
  /** What was started here, by name. */
  readonly processes: ReadonlyMap<ServiceName, SupervisedService>;
  /** Ends everything within `graceMs` (4 s) and a moment. Can be called twice. */
  stop(graceMs?: number): Promise<void>;
}

/** Loading the models takes seconds; a slow disk's first time, a minute. */
const START_LIMIT = 180_000;
const REMINDER = 15_000;
/** Half of it for those that depend on others, half for the others. */
const GRACE = 4_000;

/**
 * Starts livekit-server, inference, token-service and agent, and resolves when all are ready. Ports, keys and
 * certificate are checked before anything is started; on any failure nothing is left running.
 * @throws CodedError PORT_IN_USE, TLS_REQUIRED, DEV_KEYS_EXPOSED, LIVEKIT_SERVER_MISSING, SERVICE_FAILED, …
 */
export async function startStack({ config: wanted, env: given = process.env, onLine, onState, onWaiting, only, signal }: StackOptions): Promise<Stack> {
  const secrets = loadSecrets(given);
  assertExposable(wanted, secrets);
  const publicHost = isLoopback(wanted.host) ? undefined : wanted.host;
  const config = await chooseFreePorts(onLoopback(wanted));

  const run = join(homeFolder(given), 'run');
  const configFile = join(run, `config-${String(config.tokenService.port)}.yaml`);
  const env = childEnvironment(given, secrets, configFile);
  const externalLiveKit = Boolean(given['LIVEKIT_URL']) || config.livekit.url !== localUrl('ws', config, config.livekit.port);
  const plan = planServices({ config, secrets, env, externalLiveKit, publicHost }).filter(({ name }) => only?.includes(name) ?? true);
  await assertFree(plan.flatMap(({ ports }) => ports));
  signal?.throwIfAborted();
  mkdirSync(run, { recursive: true });
  writeFileSync(configFile, stringify(config), { mode: 0o600 });

  const watchdog = new Watchdog();
  const processes = new Map<ServiceName, SupervisedService>();
  let stopping: Promise<void> | undefined;
  const stop = (graceMs = GRACE): Promise<void> => {
    // Who depends on others first: the coach says its goodbyes while there is somebody to hear them.
    const wave = (dependent: boolean): Promise<unknown> =>
      Promise.all(plan.filter(({ after }) => after.length > 0 === dependent).map(async ({ name }) => processes.get(name)?.stop(graceMs / 2)));
    stopping ??= wave(true).then(() => wave(false)).then(() => {
      watchdog.close();
      rmSync(configFile, { force: true });
    });
    return stopping;
  };

  const ready = new Map<ServiceName, Promise<void>>();
  const start = async ({ after, ...service }: PlannedService): Promise<void> => {
    for (const name of after) await ready.get(name);
    if (stopping !== undefined) return;
    const supervised = new SupervisedService(service, { watchdog, onLine: (line) => onLine?.(service.name, line) });
    processes.set(service.name, supervised);
    supervised.onState((state) => onState?.(service.name, state));
    await readyInTime(supervised, (reason) => onWaiting?.(service.name, reason));
  };
  for (const service of plan) ready.set(service.name, start(service));

  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([Promise.all(ready.values()), aborted.promise]);
  } catch (error) {
    await stop();
    await Promise.allSettled(ready.values());
    throw isCodedError(error, 'SERVICE_FAILED') ? withLastLines(error, processes) : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return {
    config, secrets, env, processes, stop,
    addresses: {
      page: publicHost === undefined ? config.tokenService.url : pageAddress(config, publicHost),
      livekit: config.livekit.url, tokenService: config.tokenService.url, inference: inferenceUrls(config)[0],
      agent: `http://127.0.0.1:${String(config.agent.httpPort)}`,
    },
  };
}

/** The services listen on loopback; what a network reaches is the front, and LiveKit's encrypted media. */
function onLoopback(config: Config): Config {
  const host = isLoopback(config.host) ? config.host : '127.0.0.1';
  const move = <Section extends { url: string; port: number }>(scheme: 'http' | 'ws', section: Section): Section =>
    section.url === localUrl(scheme, config, section.port) ? { ...section, url: localUrl(scheme, { host }, section.port) } : section;
  return { ...config, host, livekit: move('ws', config.livekit), tokenService: move('http', config.tokenService), inference: move('http', config.inference) };
}

function childEnvironment(given: NodeJS.ProcessEnv, secrets: Secrets, configFile: string): NodeJS.ProcessEnv {
  const settings = new Set(ENVIRONMENT.filter(({ path }) => path !== undefined).map(({ name }) => name));
  return {
    ...Object.fromEntries(Object.entries(given).filter(([name]) => !settings.has(name))),
    ELOQUENCE_CONFIG: configFile,
    ELOQUENCE_HOME: homeFolder(given),
    LIVEKIT_API_KEY: secrets.livekitApiKey,
    LIVEKIT_API_SECRET: secrets.livekitApiSecret,
    ELOQUENCE_SERVICE_TOKEN: secrets.serviceToken,
  };
}

async function readyInTime(service: SupervisedService, onWaiting: (reason: string) => void): Promise<void> {
  const ready = service.ready();
  for (let waited = 0; waited < START_LIMIT; waited += REMINDER) {
    const { promise: reminder, resolve } = Promise.withResolvers<false>();
    const cancel = systemClock.after(REMINDER, () => resolve(false));
    if ((await Promise.race([ready, reminder]).finally(cancel)) !== false) return;
    onWaiting(reasonOf(service));
  }
  throw new CodedError('SERVICE_FAILED', { service: service.name, reason: `after ${String(START_LIMIT / 1_000)} s ${reasonOf(service)}` });
}

const reasonOf = ({ lastProbe }: SupervisedService): string => illParts(lastProbe?.health).join(', ') || 'its health page does not say that it is ready';

/** An error that says which service failed is worth little without what the service said. */
function withLastLines(error: CodedError, processes: Stack['processes']): CodedError {
  const failed = [...processes.values()].find(({ name }) => name === error.details['service']);
  return new CodedError('SERVICE_FAILED', error.details, { cause: new Error((failed?.lastLines ?? []).join('\n')) });
}
