// The face that `--host` shows to a network: one TLS address for page, API and LiveKit's signalling. livekit-server
// speaks no TLS there itself, and a page served by https may not open an unencrypted WebSocket. Everything else stays
// on loopback; LiveKit's administration (/twirp) is not passed on.
import { readFileSync } from 'node:fs';
import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { loadConfig } from '../../core/config.ts';
import { createLogger } from '../../core/log.ts';

const [host = '127.0.0.1'] = process.argv.slice(2);
const { tls, tokenService, livekit } = loadConfig();
const log = createLogger('front');
const front = fastify({ https: { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, bodyLimit: 1_048_576 });

// Who asked, and by which address: the token service limits by the one and answers with the other.
front.addHook('onRequest', (request, _reply, done) => {
  // It names headers that a proxy must not pass on: those that say who asked are not the client's to take away.
  if (request.headers.upgrade === undefined) delete request.headers.connection;
  Object.assign(request.headers, { 'x-forwarded-for': request.ip, 'x-forwarded-proto': 'https', 'x-forwarded-host': request.host });
  done();
});

await front.register(httpProxy, { upstream: livekit.url.replace(/^ws/, 'http'), prefix: '/rtc', rewritePrefix: '/rtc', websocket: true });
await front.register(httpProxy, { upstream: tokenService.url });
await front.listen({ host, port: tls.port });
log.info({ host, port: tls.port }, 'serving the network');

process.once('SIGTERM', () => void front.close().then(() => process.exit(0)));
