import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../core/errors.ts';
import type { App } from '../../token-service/services.ts';
import { bearerOf } from '../support/credentials.ts';
import { buildTokenService } from '../support/token-service.ts';

const open: App[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function service(requestsPerMinute: number): Promise<App> {
  const app = await buildTokenService({ requestsPerMinute });
  open.push(app);
  return app;
}

interface Ask { method: 'GET' | 'POST'; url: string; payload?: object }
const COSTLY: Ask[] = [
  { method: 'POST', url: '/token', payload: {} },
  { method: 'POST', url: '/learners', payload: {} },
  { method: 'POST', url: '/invitations', payload: { exercise: 'simulation_entretien' } },
  { method: 'GET', url: '/invitations/x' },
  { method: 'GET', url: '/personas/marie_coach/sample' },
];

describe.each(COSTLY)('$method $url', (what) => {
  const from = async (app: App, remoteAddress: string, headers: Record<string, string> = {}) =>
    app.inject({ ...what, remoteAddress, headers: { authorization: `Bearer ${await bearerOf({ role: 'operator' })}`, ...headers } });

  it('is answered so often a minute to one address, and others are not kept waiting', async () => {
    const app = await service(3);
    for (let time = 1; time <= 3; time++) expect((await from(app, '203.0.113.7')).statusCode).not.toBe(429);
    const reply = await from(app, '203.0.113.7');
    const { error } = reply.json<ErrorBody>();
    expect([reply.statusCode, error.code, error.retryable]).toEqual([429, 'TOO_MANY_REQUESTS', true]);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await from(app, '203.0.113.8')).statusCode).not.toBe(429);
  });

  it('believes a proxy of this machine about the address, and nobody else', async () => {
    const app = await service(1);
    for (const address of ['198.51.100.1', '198.51.100.2']) expect((await from(app, '127.0.0.1', { 'x-forwarded-for': address })).statusCode).not.toBe(429);
    expect((await from(app, '127.0.0.1', { 'x-forwarded-for': '198.51.100.1' })).statusCode).toBe(429);
    expect((await from(app, '203.0.113.7', { 'x-forwarded-for': '198.51.100.3' })).statusCode).not.toBe(429);
    expect((await from(app, '203.0.113.7', { 'x-forwarded-for': '198.51.100.4' })).statusCode).toBe(429);
  });

  it('counts an IPv6 net as one address', async () => {
    const app = await service(1);
    expect((await from(app, '2001:db8:0:7::1')).statusCode).not.toBe(429);
    expect((await from(app, '2001:db8:0:7:ffff::2')).statusCode).toBe(429);
    expect((await from(app, '2001:db8:0:8::1')).statusCode).not.toBe(429);
  });
});
