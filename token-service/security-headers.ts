import type { Config } from '../core/config.ts';
import { livekitUrlFor } from './public-url.ts';
import type { App } from './services.ts';

/** For every answer: the page runs its own code only, talks to this service and to LiveKit, and uses no more than a microphone. */
export function addSecurityHeaders(app: App, config: Config): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
      'cross-origin-opener-policy': 'same-origin',
    });
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    // Swagger's page brings a policy of its own.
    if (!request.url.startsWith('/docs')) reply.header('content-security-policy', policy(livekitUrlFor(request, config)));
    done();
  });
}

function policy(livekitUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // style attributes
    "img-src 'self'",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    // The client SDK asks LiveKit by HTTP why a WebSocket was refused.
    `connect-src 'self' ${livekitUrl} ${livekitUrl.replace(/^ws/, 'http')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
