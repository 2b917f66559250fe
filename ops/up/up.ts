import { join, resolve } from 'node:path';
import { delay, systemClock } from '../../core/clock.ts';
import { loadConfig, type Config } from '../../core/config.ts';
import { isCodedError } from '../../core/errors.ts';
import { homeFolder } from '../../core/paths.ts';
import { Console, type Screen } from './console.ts';
import { LogFiles } from './log-files.ts';
import { probeHealth } from './probe.ts';
import type { ServiceName } from './services.ts';
import { renderPhrases, setPhrases } from './render-phrases.ts';
import { startStack, type Stack } from './stack.ts';
import type { ServiceState } from './supervisor.ts';
import { welcome } from './welcome.ts';

export interface UpOptions {
  readonly host?: string;
  /** PEM files. */
  readonly cert?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** Signals within this, in ms, are one. */
const SAME_INTERRUPT = 500;
/** Pause before phrases are rendered further, ms. */
const RENDER_AGAIN = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * `eloquence up`: starts the stack, shows its logs, and ends it on ^C, SIGTERM or SIGHUP (a second one at once).
 * Resolves when nothing is left running.
 * @throws CodedError as startStack.
 */
export async function up(options: UpOptions, env: NodeJS.ProcessEnv = process.env, screen: Screen = process.stdout): Promise<void> {
  const terminal = new Console({
    screen,
    json: options.json === true || env['LOG_FORMAT'] === 'json',
    color: screen.isTTY === true && !env['NO_COLOR'],
    ...(env['LOG_LEVEL'] ? { level: env['LOG_LEVEL'] } : {}),
  });
  const config = withOptions(loadConfig(env), options);
  const files = new LogFiles(join(homeFolder(env), 'logs'), (reason) => terminal.say(`The log file cannot be written: ${reason}`, 'warn'));

  const interrupted = new AbortController();
  let stack: Stack | undefined;
  let interruptedAt = 0;
  const interrupt = (): void => {
    // One ^C can arrive twice: from the terminal, and passed on by npm.
    if (interrupted.signal.aborted && systemClock.now() - interruptedAt > SAME_INTERRUPT) hurry();
    if (interrupted.signal.aborted) return;
    interruptedAt = systemClock.now();
    terminal.say('stopping');
    interrupted.abort(new Error('interrupted'));
  };
  const hurry = (): void => {
    for (const service of stack?.processes.values() ?? []) service.kill();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    stack = await startStack({
      config,
      env,
      signal: interrupted.signal,
      onLine: (service, line) => {
        files.write(service, line);
        terminal.line(service, line);
      },
      onState: announce(terminal),
      onWaiting: (service, reason) => terminal.say(`waiting for ${service}: ${reason}`, 'warn'),
    });
    terminal.block(await welcome(stack), `ready: ${stack.addresses.page}`);
    void keepRendering(stack.addresses.inference, interrupted.signal, config.exercises, terminal);
    if (!interrupted.signal.aborted) await new Promise((stop) => interrupted.signal.addEventListener('abort', stop, { once: true }));
  } catch (error) {
    if (interrupted.signal.aborted) return;
    if (isCodedError(error, 'PORT_IN_USE')) await tellIfRunning(config, terminal);
    throw error;
  } finally {
    await stack?.stop();
    await files.close();
    if (interrupted.signal.aborted) terminal.say('stopped');
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

/** Has the coach's set phrases rendered; where inference dies over it, goes on when it is back. Never fails. */
async function keepRendering(inferenceUrl: string, signal: AbortSignal, exercises: string, terminal: Console): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      const count = await renderPhrases(inferenceUrl, signal, setPhrases(exercises));
      terminal.say(`the coach's ${String(count)} set phrases are rendered: it answers at once`);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!told) terminal.say(`phrases could not be rendered ahead, trying again: ${String(error)}`, 'warn');
      await delay(RENDER_AGAIN, { signal }).catch(() => undefined);
    }
  }
}

function withOptions(config: Config, { host = config.host, cert = config.tls.cert, key = config.tls.key }: UpOptions): Config {
  return { ...config, host, tls: { ...config.tls, cert: cert && resolve(cert), key: key && resolve(key) } };
}

/** Tells what becomes of each service. */
function announce(terminal: Console): (service: ServiceName, state: ServiceState) => void {
  const fallen = new Set<ServiceName>();
  return (service, state) => {
    if (state.kind === 'down') {
      fallen.add(service);
      terminal.say(`${service} ended (${state.reason}); it is started again in ${String(state.restartInMs / 1_000)} s`, 'warn');
    } else if (state.kind === 'ready') {
      terminal.say(`${service} is ${fallen.delete(service) ? 'back' : 'ready'} after ${(state.afterMs / 1_000).toFixed(1)} s`);
    }
  };
}

/** A port in use is most often our own: say so beside the error. */
async function tellIfRunning(config: Config, terminal: Console): Promise<void> {
  const probe = await probeHealth(config.tokenService.url)(AbortSignal.timeout(1_000)).catch(() => undefined);
  if (probe?.health?.service === 'token-service') terminal.say(`Eloquence already runs at ${config.tokenService.url}`, 'warn');
}
