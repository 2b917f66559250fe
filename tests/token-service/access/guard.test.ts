import Fastify from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf } from '../../../core/credentials.ts';
import { ERRORS } from '../../../core/errors.ts';
import { toCodedError } from '../../../core/http-errors.ts';
import { assertOwn, callerOf, type Caller } from '../../../token-service/access/caller.ts';
import { registerGuard } from '../../../token-service/access/guard.ts';
import type { App } from '../../../token-service/services.ts';
import { badBearers, bearerOf, bearers, LEARNER } from '../../support/credentials.ts';
import { routesOf, type KnownRoute } from '../../support/routes.ts';
import { buildTokenService, SERVICE_TOKEN } from '../../support/token-service.ts';

const ANNA = { role: 'learner', sub: LEARNER } as const;
/** From elsewhere: nothing is local. */
const ELSEWHERE = { remoteAddress: '203.0.113.7' };
/** All that a refusal says: nothing of what was wrong with what was shown. */
const REFUSALS = Object.fromEntries((['UNAUTHORIZED', 'FORBIDDEN'] as const).map((code) => [code, { error: { code, message: ERRORS[code].message, fix: ERRORS[code].fix, retryable: false } }]));

let app: App;
let routes: KnownRoute[];
beforeAll(async () => {
  ({ built: app, routes } = await routesOf(() => buildTokenService()));
});
afterAll(() => app.close());

const closed = (): KnownRoute[] => routes.filter(({ access }) => access !== 'public');
const ask = ({ method, url }: Pick<KnownRoute, 'method' | 'url'>, headers: Record<string, string> = {}) =>
  app.inject({ method: method as 'GET', url: url.replaceAll(/:\w+/g, 'x').replace('*', ''), headers, ...ELSEWHERE });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('every route', () => {
  it('says who may come in', () => {
    expect(closed().length).toBeGreaterThan(2);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('that is closed is closed to who shows nothing', async () => {
    for (const route of closed()) {
      const reply = await ask(route);
      expect([route.url, reply.statusCode, reply.json()]).toEqual([route.url, 401, REFUSALS['UNAUTHORIZED']]);
    }
  });

  it('that is closed is closed by any other method or spelling, too', async () => {
    for (const route of closed()) {
      for (const url of [`${route.url}/`, `/${route.url}`, `/.${route.url}`, `${route.url}?x=1`, `${route.url};x`, `${route.url}%2f..`, route.url.toUpperCase()]) {
        const reply = await ask({ ...route, url });
        expect([400, 401, 404], `${route.method} ${url}`).toContain(reply.statusCode);
      }
      const head = await ask({ ...route, method: 'HEAD' });
      expect([401, 404], `HEAD ${route.url}`).toContain(head.statusCode);
    }
  });

  it('that is closed is closed to what is no credential of ours', async () => {
    for (const route of closed()) {
      const role = (route.access as string[]).includes('learner') ? ANNA : ({ role: 'operator' } as const);
      for (const [what, token] of Object.entries(await badBearers(role))) {
        const reply = await ask(route, bearer(token));
        expect([route.url, what, reply.statusCode, reply.json()]).toEqual([route.url, what, 401, REFUSALS['UNAUTHORIZED']]);
      }
      for (const [what, token] of Object.entries(await badBearers(ANNA))) {
        const reply = await ask(route, { cookie: `eloquence_learner=${token}` });
        expect([route.url, what, reply.statusCode, reply.json()]).toEqual([route.url, what, 401, REFUSALS['UNAUTHORIZED']]);
      }
    }
  });

  it('that is closed is closed to the roles that it does not name, and open to those that it does', async () => {
    for (const route of closed()) {
      for (const [role, token] of Object.entries(await bearers())) {
        const reply = await ask(route, bearer(token));
        const what = `${role} at ${route.method} ${route.url}`;
        // What there is not is nobody’s, and so refused to learners.
        if ((route.access as string[]).includes(role)) expect(role === 'learner' ? [401] : [401, 403], what).not.toContain(reply.statusCode);
        else expect([what, reply.statusCode, reply.json()]).toEqual([what, 403, REFUSALS['FORBIDDEN']]);
      }
    }
  });

  it('refuses a bearer that is not good, also where everybody may come', async () => {
    for (const url of ['/exercises', '/health', '/nowhere']) {
      for (const token of Object.values(await badBearers(ANNA))) expect((await ask({ method: 'GET', url }, bearer(token))).statusCode, url).toBe(401);
    }
  });

  it('passes over passwords that a proxy asked for, and cookies that are not good', async () => {
    for (const headers of [{ authorization: 'Basic YTpi' }, { cookie: 'eloquence_learner=x' }, { cookie: 'eloquence_learner=%00%ff; =; ;' }]) {
      expect((await ask({ method: 'GET', url: '/exercises' }, headers)).statusCode).toBe(200);
    }
  });

  it('takes no bearer for a cookie that is none of a learner’s', async () => {
    const reply = await ask({ method: 'POST', url: '/invitations' }, { cookie: `eloquence_learner=${await bearerOf({ role: 'operator' })}` });
    expect(reply.statusCode).toBe(401);
  });

  it('has a limit where it takes something in', () => {
    const taking = routes.filter(({ method, url, access }) => ['POST', 'PUT', 'PATCH'].includes(method) && access === 'public' && !url.startsWith('/webhooks'));
    expect(taking.map(({ url }) => url).sort()).toEqual(['/learners', '/token']);
    for (const { url, bodyLimit, limited } of taking) {
      expect(bodyLimit, url).toBeLessThanOrEqual(16_384);
      expect(limited, url).toBe(true);
    }
  });
});

describe('metrics', () => {
  const metrics = (remoteAddress: string, headers: Record<string, string> = {}) => app.inject({ url: '/metrics', remoteAddress, headers });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.0.1'])('are told to a program of this machine: %s', async (address) => {
    expect((await metrics(address, { host: 'localhost:7881' })).statusCode).toBe(200);
    for (const host of ['127.0.0.1', '[::1]:7881']) expect((await metrics(address, { host })).statusCode).toBe(200);
  });

  it.each<Record<string, string>>([{ 'x-forwarded-for': '127.0.0.1' }, { 'x-real-ip': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }, { via: '1.1 proxy' }, { host: 'rebound.example' }, { 'x-forwarded-host': 'localhost' }])('are not told through a proxy of this machine, nor to a page: %j', async (headers) => {
    expect((await metrics('127.0.0.1', { host: 'localhost', ...headers })).statusCode).toBe(401);
  });

  it('are not told to others', async () => {
    expect((await metrics('192.168.1.9', { host: 'localhost' })).statusCode).toBe(401);
    expect((await metrics('192.168.1.9', bearer(SERVICE_TOKEN))).statusCode).toBe(200);
  });
});

/** A service with two routes and the guard. */
async function small(route: { access?: readonly Caller['role'][] } | undefined): Promise<App> {
  const server: App = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  server.setErrorHandler((error, _request, reply) => reply.code(toCodedError(error).entry.status).send());
  await registerGuard(server, { serviceToken: SERVICE_TOKEN, credentials: credentialsOf({ serviceToken: SERVICE_TOKEN }) });
  server.get('/of/:learner', route === undefined ? {} : { config: route }, (request) => {
    assertOwn(request, (request.params as { learner: string }).learner);
    return callerOf(request);
  });
  return server;
}

it.each([undefined, {}])('a route that does not say who may come in is not registered: %j', async (config) => {
  await expect(small(config)).rejects.toThrow('GET /of/:learner does not say who may come in');
});

describe('what is a learner’s', () => {
  it.each([
    ['that learner', LEARNER, ANNA, 200],
    ['that learner as a guest', LEARNER, { ...ANNA, exercise: 'pitch' }, 200],
    ['another learner', 'ccccDDDD33334444', ANNA, 403],
    ['operators', LEARNER, { role: 'operator' }, 200],
    ['authors', LEARNER, { role: 'author' }, 403],
  ] as const)('is open to %s or not', async (_who, owner, credential, status) => {
    const server = await small({ access: ['learner', 'author', 'operator', 'service'] });
    expect((await server.inject({ url: `/of/${owner}`, headers: bearer(await bearerOf(credential)) })).statusCode).toBe(status);
    expect((await server.inject({ url: `/of/${owner}`, headers: bearer(SERVICE_TOKEN) })).statusCode).toBe(200);
  });

  it('is nobody’s where nobody is known', () => {
    expect(() => callerOf({ shown: undefined })).toThrow(expect.objectContaining({ code: 'UNAUTHORIZED' }));
    expect(() => assertOwn({ shown: { caller: { role: 'learner', id: LEARNER }, by: 'cookie', issuedAt: 0, expiresAt: 1 } }, undefined)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});
