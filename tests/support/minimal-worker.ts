import { fileURLToPath } from 'node:url';
import { AgentServer, initializeLogger, ServerOptions } from '@livekit/agents';

// A real worker of the framework with the coach of minimal-agent.ts. Arguments: url, key, secret, name.
const [wsURL = '', apiKey = '', apiSecret = '', agentName = ''] = process.argv.slice(2);
initializeLogger({ pretty: false, level: 'warn' });
const server = new AgentServer(new ServerOptions({
  agent: fileURLToPath(new URL('./minimal-agent.ts', import.meta.url)),
  wsURL, apiKey, apiSecret, agentName,
  host: '127.0.0.1', port: 0, numIdleProcesses: 1, initializeProcessTimeout: 60_000, shutdownProcessTimeout: 1_000, maxRetry: 1_000,
  loadFunc: () => Promise.resolve(0),
}));
server.event.on('worker_registered', () => process.stdout.write('registered\n'));
await server.run();
