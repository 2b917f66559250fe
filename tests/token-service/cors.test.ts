import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '../../token-service/services.ts';
import { buildTokenService } from '../support/token-service.ts';

const SCHOOL = 'https://school.example';
const open: App[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function service(corsOrigins: string[]): Promise<App> {
  const app = await buildTokenService({ adjust: (config) => ({ ...config, tokenService: { ...config.tokenService, corsOrigins } }) });
  open.push(app);
  return app;
}

type Headers = Record<string, unknown>;
const corsOf = (headers: Headers): Headers => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
const preflight = (app: App, origin: string, url = '/token') =>
  app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, content-type, x-mine' } });

describe('without origins', () => {
  it('there is no CORS at all', async () => {
    const app = await service([]);
    const reply = await app.inject({ url: '/exercises', headers: { origin: SCHOOL } });
    expect([reply.statusCode, corsOf(reply.headers)]).toEqual([200, {}]);
    const before = await preflight(app, SCHOOL);
    expect([before.statusCode, corsOf(before.headers)]).toEqual([404, {}]);
  });
});

describe('a page of an origin that is listed', () => {
  it.each([SCHOOL, `${SCHOOL}/`, `${SCHOOL}/portal?x=1`, 'HTTPS://School.example:443'])('may ask, with its cookie (%s)', async (listed) => {
    const app = await service([listed]);
    expect(corsOf((await app.inject({ url: '/exercises', headers: { origin: SCHOOL } })).headers)).toEqual({
      'access-control-allow-origin': SCHOOL, 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'x-request-id, retry-after',
    });
    const before = await preflight(app, SCHOOL);
    expect(before.statusCode).toBe(204);
    expect(corsOf(before.headers)).toMatchObject({ 'access-control-allow-origin': SCHOOL, 'access-control-allow-headers': 'authorization, content-type, last-event-id', 'access-control-max-age': '600' });
  });

  it('is told why it was refused', async () => {
    const app = await service([SCHOOL]);
    const reply = await app.inject({ method: 'POST', url: '/token', payload: { participant: 7 }, headers: { origin: SCHOOL } });
    expect([reply.statusCode, corsOf(reply.headers)['access-control-allow-origin']]).toEqual([400, SCHOOL]);
    const refused = await app.inject({ url: '/exercises', headers: { origin: SCHOOL, authorization: 'Bearer x' } });
    expect([refused.statusCode, corsOf(refused.headers)['access-control-allow-origin']]).toEqual([401, SCHOOL]);
  });
});

describe('a page of any other origin', () => {
  it.each(['https://evil.example', 'http://school.example', 'https://school.example:8443', 'https://school.example.evil.example', 'https://sub.school.example', 'null', ''])('learns nothing: %s', async (origin) => {
    const app = await service([SCHOOL]);
    const reply = await app.inject({ url: '/exercises', headers: { origin } });
    expect(corsOf(reply.headers)).toEqual({});
    expect(reply.headers['vary']).toContain('Origin');
    const before = await preflight(app, origin);
    expect([before.statusCode, corsOf(before.headers)]).toEqual([404, {}]);
  });
});
