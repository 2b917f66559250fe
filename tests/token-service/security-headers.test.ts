import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../core/errors.ts';
import type { App } from '../../token-service/services.ts';
import { buildTokenService } from '../support/token-service.ts';

let app: App;
beforeAll(async () => {
  const web = mkdtempSync(join(tmpdir(), 'page-'));
  writeFileSync(join(web, 'index.html'), '<!doctype html>');
  app = await buildTokenService({ web, adjust: (config) => ({ ...config, livekit: { ...config.livekit, publicUrl: '' } }) });
});
afterAll(() => app.close());

const policyOf = async (headers: Record<string, string> = {}): Promise<Map<string, string>> => {
  const reply = await app.inject({ url: '/', headers: { host: 'localhost:7881', ...headers } });
  return new Map(String(reply.headers['content-security-policy']).split('; ').map((directive) => [directive.split(' ', 1)[0] ?? '', directive.slice(directive.indexOf(' ') + 1)]));
};

// https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
it.each(['/', '/exercises', '/nowhere', '/token', '/health'])('are on every answer: %s', async (url) => {
  const { headers } = await app.inject(url);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
  });
  expect(headers['permissions-policy']).toMatch(/^microphone=\(self\), .*camera=\(\), display-capture=\(\), geolocation=\(\)/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers[name]).toBeUndefined();
});

describe('the page', () => {
  it('runs its own code alone, and plays what it has recorded', async () => {
    const policy = await policyOf();
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('media-src')).toBe("'self' blob:");
    expect(policy.get('connect-src')).toBe("'self' ws://localhost:7880 http://localhost:7880");
    for (const none of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(none)).toBe("'none'");
    for (const [name, value] of policy) if (name !== 'style-src') expect(value).not.toMatch(/unsafe|\*|data:/);
  });
});

it('keep answers out of caches, but for what says otherwise', async () => {
  expect((await app.inject('/exercises')).headers['cache-control']).toBe('no-store');
  expect((await app.inject('/')).headers['cache-control']).toBe('no-cache');
});

it.each(['localhost:7881', 'coach.example', '[::1]:7881', 'my_service:80', '10.0.0.7'])('know hosts: %s', async (host) => {
  expect((await app.inject({ url: '/exercises', headers: { host } })).statusCode).toBe(200);
});

it.each(["x; script-src 'unsafe-inline'", 'x, y', 'a b', 'x/y', '"><script>', 'user@host', "x'"])('take no host for more than a host: %s', async (host) => {
  for (const headers of [{ host }, { host: 'localhost', 'x-forwarded-host': host }] as Record<string, string>[]) {
    const reply = await app.inject({ url: '/exercises', headers });
    // Of several that proxies name, the one nearest to us counts.
    if (host === 'x, y' && 'x-forwarded-host' in headers) continue;
    expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(JSON.stringify([reply.headers, reply.body])).not.toContain(host);
  }
});
