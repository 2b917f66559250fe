import '../core/lifeline.ts';
import { fileURLToPath } from 'node:url';
import { AgentServer, ServerOptions } from '@livekit/agents';
import { loadConfig } from '../core/config.ts';
import { createLogger } from '../core/log.ts';
import { inHome } from '../core/paths.ts';
import { loadSecrets } from '../core/secrets.ts';
import { systemClock } from '../core/clock.ts';
import { TokenServiceClient } from '../protocol/clients/token-service.ts';
import { sweeperFor } from './outbox/place.ts';
import { Seats } from './seats.ts';
import { logThrough } from './framework-log.ts';

/** A worker that livekit-server does not know by then looks after its outboxes nevertheless, ms. */
const UNREGISTERED = 10_000;

// The next process is made ready while a coach greets in this one: what is compiled already leaves it the processor.
process.env['NODE_COMPILE_CACHE'] ??= inHome('cache', 'code');

// The worker: registers with LiveKit under the coach's name and starts a process for each room it is sent to.
const config = loadConfig();
const secrets = loadSecrets();
const log = createLogger('agent');
logThrough(log);

const seats = new Seats({ running: () => server.activeJobs.length, maximum: config.agent.maxRooms, clock: systemClock });
const server: AgentServer = new AgentServer(
  new ServerOptions({
    agent: fileURLToPath(new URL('./job.ts', import.meta.url)),
    agentName: config.agent.name,
    wsURL: config.livekit.url,
    apiKey: secrets.livekitApiKey,
    apiSecret: secrets.livekitApiSecret,
    // Rooms, not host CPU: the default would refuse rooms while Whisper runs.
    loadFunc: () => Promise.resolve(seats.load),
    requestFunc: (request) => seats.take(request),
    loadThreshold: 1,
    numIdleProcesses: config.agent.idleProcesses,
    initializeProcessTimeout: 60_000,
    shutdownProcessTimeout: 3_000,
    host: '127.0.0.1',
    port: config.agent.httpPort,
    // A media server that is away for long comes back some day; the supervisor watches the health page.
    maxRetry: Number.MAX_SAFE_INTEGER,
    logLevel: 'warn',
  }),
);

// A job that died leaves its events, its recording and its lease to its parent. Not before this worker can be sent to the
// rooms that are then without a coach; but what there is to tell does not wait for a media server that is away.
const sweeper = sweeperFor(new TokenServiceClient(config.tokenService.url, { serviceToken: secrets.serviceToken }), log);
systemClock.after(UNREGISTERED, () => sweeper.start());

let closing = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    void server.close().finally(() => process.exit(0));
  });
}

server.event.on('worker_registered', () => {
  sweeper.start();
  log.info({ name: config.agent.name, maxRooms: config.agent.maxRooms }, 'coach ready');
});
await server.run();
