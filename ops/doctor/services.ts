import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RoomServiceClient } from 'livekit-server-sdk';
import { inferenceUrls, localUrl, type Config } from '../../core/config.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import { isLoopback } from '../../core/loopback.ts';
import { homeFolder } from '../../core/paths.ts';
import { loadSecrets } from '../../core/secrets.ts';
import { assertFree, type PortUse } from '../up/ports.ts';
import { illParts, probeHealth, probePage, probeThroughTls, type Probe } from '../up/probe.ts';
import type { Check, Outcome } from './check.ts';

const LIMIT = 5_000;

interface Part {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly setting: string;
  readonly port: number;
  /** Runs on this machine as far as the configuration tells. */
  readonly local: boolean;
  readonly probe: (signal: AbortSignal) => Promise<Probe>;
}

/** Each process, by its own health page, and the ports that they hold or need. */
export function serviceChecks(config: Config, env: NodeJS.ProcessEnv): Check[] {
  const { livekit, inference, tokenService, agent } = config;
  const http = livekit.url.replace(/^ws/, 'http');
  const [inferenceUrl] = inferenceUrls(config);
  const agentUrl = `http://127.0.0.1:${String(agent.httpPort)}`;
  const parts: readonly Part[] = [
    { id: 'livekit', title: 'livekit-server', url: livekit.url, setting: 'livekit.port', port: livekit.port, local: livekit.url === localUrl('ws', config, livekit.port), probe: probePage(http) },
    { id: 'token-service', title: 'token-service', url: tokenService.url, setting: 'tokenService.port', port: tokenService.port, local: tokenService.url === localUrl('http', config, tokenService.port), probe: probeHealth(tokenService.url) },
    { id: 'inference', title: 'inference', url: inferenceUrl, setting: 'inference.port', port: inference.port, local: inference.url === localUrl('http', config, inference.port), probe: probeHealth(inferenceUrl) },
    { id: 'agent', title: 'agent', url: agentUrl, setting: 'agent.httpPort', port: agent.httpPort, local: true, probe: probePage(`${agentUrl}/worker`) },
  ];
  return [
    { id: 'ports', title: 'ports', limitMs: LIMIT, run: (signal) => checkPorts(config, parts, signal), fix: 'Stop the program that holds the port, or set another one in the configuration.' },
    ...parts.map((part): Check => ({ id: part.id, title: part.title, limitMs: LIMIT, run: (signal) => checkPart(part, parts, signal, config, env), fix: restartAdvice(part, env) })),
    ...(isLoopback(config.host) ? [] : [{ id: 'front', title: 'TLS front', limitMs: LIMIT, run: (signal: AbortSignal) => checkFront(config, signal), fix: `Start it with \`npm start -- --host ${config.host}\`; ${join(homeFolder(env), 'logs/front.log')} says why it does not answer.` }]),
    { id: 'page', title: 'page', needs: ['token-service'], limitMs: LIMIT, run: (signal) => checkPage(tokenService.url, signal), fix: 'Build it: `npm run build:web`.' },
  ];
}

async function checkPorts(config: Config, parts: readonly Part[], signal: AbortSignal): Promise<Outcome> {
  const ours: string[] = [];
  const others: PortUse[] = [];
  for (const { title, setting, port, local, probe } of parts) {
    if (!local) continue;
    if (await answers(probe, signal)) ours.push(`${title} ${String(port)}`);
    else others.push({ setting, port, host: config.host, protocol: 'tcp' });
  }
  const media: PortUse = { setting: 'livekit.rtcUdpPort', port: config.livekit.rtcUdpPort, host: '127.0.0.1', protocol: 'udp' };
  if (others.some(({ setting }) => setting === 'livekit.port')) others.push(media);
  try {
    await assertFree(others);
  } catch (error) {
    if (isCodedError(error, 'PORT_TWICE')) return { status: 'failed', detail: error.message, fix: error.fix };
    if (!isCodedError(error)) throw error;
    return { status: 'failed', detail: `${error.message.replace(/\.$/, '')}, and what holds it does not answer as Eloquence`, fix: `A part of Eloquence that hangs is ended and started again by \`npm start\` within a minute. Else: ${error.fix}` };
  }
  return { status: 'ok', detail: [ours.length > 0 ? `ours: ${ours.join(', ')}` : '', others.length > 0 ? `free: ${others.map(({ port }) => String(port)).join(', ')}` : ''].filter((part) => part !== '').join('; ') };
}

async function checkPart(part: Part, parts: readonly Part[], signal: AbortSignal, config: Config, env: NodeJS.ProcessEnv): Promise<Outcome> {
  if (!(await answers(part.probe, signal))) {
    const anyRuns = (await Promise.all(parts.map(({ probe }) => answers(probe, signal)))).includes(true);
    return { status: 'failed', gone: true, detail: `nothing answers at ${part.url}`, fix: anyRuns ? restartAdvice(part, env) : 'Nothing of Eloquence runs: start it with `npm start`.' };
  }
  if (part.id === 'livekit') return checkKeys(part.url, env);
  if (part.id === 'agent') return checkRegistration(part.url, config, env, signal);
  const { ready, health } = await part.probe(signal);
  if (health === undefined) return { status: 'failed', gone: true, detail: `what answers at ${part.url} is not the ${part.title} of Eloquence`, fix: `Stop that program, or set ${part.setting} to another port.` };
  const ill = illParts(health);
  if (ill.length === 0) return { status: 'ok', detail: `${part.url}, version ${health.version}` };
  const fixes = Object.entries(health.parts).filter(([, { status }]) => status !== 'ok').map(([name]) => partAdvice(name, logOf(part, env)));
  return { status: ready ? 'warning' : 'failed', detail: ill.join('; '), fix: [...new Set(fixes)].join(' ') };
}

/** What to do about a part that a service's own health page complains of. */
function partAdvice(name: string, log: string): string {
  if (name === 'livekit') return 'See livekit-server.';
  if (name === 'inference') return 'See inference.';
  if (name === 'coaches') return 'See agent.';
  if (name === 'exercises') return '`npm run eloquence -- exercise check` says what is wrong with them.';
  if (name === 'web') return '`npm run build:web` builds the page.';
  if (name.startsWith('llm')) return 'Look at the provider’s key, quota and status page; meanwhile the scripted coach leads.';
  return `${name} is started again by itself; when it stays away, ${log} says why.`;
}

async function checkKeys(url: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { livekitApiKey, livekitApiSecret } = loadSecrets(env);
  try {
    const rooms = await new RoomServiceClient(url.replace(/^ws/, 'http'), livekitApiKey, livekitApiSecret).listRooms();
    return { status: 'ok', detail: `${url}, ${String(rooms.length)} room${rooms.length === 1 ? '' : 's'} open` };
  } catch (error) {
    if ((error as { status?: number }).status !== 401) throw error;
    return { status: 'failed', detail: `${url} does not accept the keys`, fix: 'Give LIVEKIT_API_KEY and LIVEKIT_API_SECRET the pair of that server here and where `npm start` runs; on this machine, stop the other livekit-server.' };
  }
}

/** The worker's page answers 503 until LiveKit has taken it. */
async function checkRegistration(url: string, { agent }: Config, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Outcome> {
  const page = await fetch(url, { signal });
  const reason = await page.text();
  if (!page.ok) return { status: 'failed', gone: true, detail: `the worker is not registered: ${reason}`, fix: `See whether livekit-server runs and accepts the keys; then ${join(homeFolder(env), 'logs/agent.log')}.` };
  return { status: 'ok', detail: `registered as ${agent.name}` };
}

/** For who serves a network by the settings: whether it answers, and for how long the certificate lasts. */
async function checkFront({ host, tls }: Config, signal: AbortSignal): Promise<Outcome> {
  const { ready } = await probeThroughTls(host, tls.port)(signal);
  const daysLeft = Math.floor((Date.parse(new X509Certificate(readFileSync(tls.cert)).validTo) - Date.now()) / 86_400_000);
  const detail = `port ${String(tls.port)}, certificate for ${String(daysLeft)} more days`;
  if (!ready) return { status: 'failed', detail: `port ${String(tls.port)} does not pass requests on`, fix: 'See the token service.' };
  if (daysLeft < 0) return { status: 'failed', detail: 'the certificate has expired', fix: 'Renew it and start again.' };
  return daysLeft < 14 ? { status: 'warning', detail, fix: 'Renew it and start again.' } : { status: 'ok', detail };
}

async function checkPage(url: string, signal: AbortSignal): Promise<Outcome> {
  const page = await fetch(url, { signal });
  const html = await page.text();
  if (page.ok && /<html/i.test(html)) return { status: 'ok', detail: url };
  throw new CodedError('NOT_FOUND', { path: new URL('/', url).href });
}

async function answers(probe: Part['probe'], signal: AbortSignal): Promise<boolean> {
  try {
    await probe(signal);
    return true;
  } catch {
    return false;
  }
}

const logOf = ({ id }: Part, env: NodeJS.ProcessEnv): string => join(homeFolder(env), 'logs', `${id}.log`);

const restartAdvice = (part: Part, env: NodeJS.ProcessEnv): string => (part.local
  ? `\`npm start\` starts it again by itself when it has died; when it stays away, ${logOf(part, env)} says why, and a new \`npm start\` begins afresh.`
  : `See whether ${part.url} is right and that machine reachable.`);
