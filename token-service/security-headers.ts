import type { Config } from '../core/config.ts';
import { CodedError } from '../core/errors.ts';
import { livekitUrlFor } from './public-url.ts';
import type { App } from './services.ts';

/** What a host may be made of. It is repeated in headers and addresses, where anything else would be read as more than a host. */
const HOST = /^[\w.:[\]-]*$/;

/** Browser features that no page of ours uses. */
const UNUSED = ['camera', 'display-capture', 'geolocation', 'hid', 'midi', 'payment', 'serial', 'usb'];

/**
 * For every answer, after OWASP's HTTP Headers Cheat Sheet: the page runs its own code only, talks to this service and
 * to LiveKit, uses no more than a microphone, and is shown in no other page. Answers are kept by nobody unless their
 * route says so. No Cross-Origin-Embedder-Policy: nothing here needs an isolated page.
 */
export function addSecurityHeaders(app: App, config: Config): void {
  app.addHook('onRequest', (request, reply, done) => {
    const sane = HOST.test(request.host);
    reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'referrer-policy': 'no-referrer',
      'permissions-policy': ['microphone=(self)', ...UNUSED.map((feature) => `${feature}=()`)].join(', '),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
    });
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    // Swagger's page brings a policy of its own.
    if (!request.url.startsWith('/docs')) reply.header('content-security-policy', policy(sane ? livekitUrlFor(request, config) : undefined));
    done(sane ? undefined : new CodedError('REQUEST_INVALID', { reason: 'its Host is the name of no host' }));
  });
}

function policy(livekitUrl: string | undefined): string {
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
    ["connect-src 'self'", ...(livekitUrl === undefined ? [] : [livekitUrl, livekitUrl.replace(/^ws/, 'http')])].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
