import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../core/errors.ts';
import type { App } from '../../token-service/services.ts';
import { exercisesFolder } from '../support/exercises-folder.ts';
import { routesOf } from '../support/routes.ts';
import { buildTokenService, type TokenServiceOptions } from '../support/token-service.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function service(options: TokenServiceOptions = {}): Promise<App> {
  const app = await buildTokenService(options);
  open.push(app);
  return app;
}

const post = (app: App, payload: string | object, type = 'application/json') =>
  app.inject({ method: 'POST', url: '/token', headers: { 'content-type': type }, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) });

describe('a token request that is not valid', () => {
  it.each([
    ['malformed JSON', '{', 400, 'REQUEST_INVALID', 'JSON'],
    ['no body', '', 400, 'REQUEST_INVALID', 'empty'],
    ['a list', [], 400, 'REQUEST_INVALID', 'object'],
    ['a text', '"anna"', 400, 'REQUEST_INVALID', 'object'],
    ['a poisoned prototype', '{"__proto__":{"admin":true}}', 400, 'REQUEST_INVALID', 'JSON'],
    ['a name that is a number', { participant: 7 }, 400, 'REQUEST_INVALID', 'participant must be string'],
    ['an empty name', { participant: '' }, 400, 'REQUEST_INVALID', 'participant'],
    ['a name of 65 characters', { participant: 'x'.repeat(65) }, 400, 'REQUEST_INVALID', 'participant'],
    ['a bell in a name', { participant: 'An\u0007na' }, 400, 'REQUEST_INVALID', 'participant has characters'],
    ['a line break in an identity', { participant_identity: 'a\nb' }, 400, 'REQUEST_INVALID', 'participant_identity'],
    ['a room with a slash', { room: '../etc' }, 400, 'REQUEST_INVALID', 'room'],
    ['a room of 65 characters', { room_name: 'r'.repeat(65) }, 400, 'REQUEST_INVALID', 'room_name'],
    ['an exercise that is an object', { exercise: { $ne: 1 } }, 400, 'REQUEST_INVALID', 'exercise'],
    ['a permission that nobody gives', { permissions: { roomAdmin: true } }, 400, 'REQUEST_INVALID', 'permissions.roomAdmin is not known'],
    ['a permission that is a text', { permissions: { canPublish: 'yes' } }, 400, 'REQUEST_INVALID', 'permissions.canPublish'],
    ['an attribute of LiveKit’s', { participant_attributes: { 'lk.agent_name': 'eloquence-coach' } }, 400, 'REQUEST_INVALID', 'participant_attributes'],
    ['an attribute of the coach’s', { participant_attributes: { 'eloquence.stage': 'ended' } }, 400, 'REQUEST_INVALID', 'participant_attributes'],
    ['an unknown exercise', { exercise: 'karaoke' }, 404, 'EXERCISE_UNKNOWN', 'karaoke'],
    ['more than 16 kB', { participant_metadata: 'x'.repeat(17_000) }, 413, 'BODY_TOO_LARGE', '16384 bytes'],
  ])('%s', async (_what, payload, status, code, reason) => {
    const reply = await post(await service(), payload);
    const { error } = reply.json<ErrorBody>();
    expect([reply.statusCode, error.code]).toEqual([status, code]);
    expect(error.message).toContain(reason);
    expect(error.fix).not.toBe('');
  });

  it('is refused by its content type', async () => {
    const reply = await post(await service(), 'participant=anna', 'application/x-www-form-urlencoded');
    expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  it('is one too many', async () => {
    const app = await service({ requestsPerMinute: 2 });
    await post(app, '{');
    await post(app, '{');
    const reply = await post(app, { participant: 'Anna' });
    const { error } = reply.json<ErrorBody>();
    expect([reply.statusCode, error.code, error.retryable]).toEqual([429, 'TOO_MANY_REQUESTS', true]);
    expect(error.fix).toMatch(/Wait \d+ s/);
  });
});

it('says that the media server is away, what to do, and begins nothing', async () => {
  const app = await service();
  const reply = await post(app, { participant: 'Anna' });
  expect(reply.statusCode).toBe(503);
  expect(reply.json<ErrorBody>().error).toMatchObject({ code: 'LIVEKIT_UNREACHABLE', retryable: true, fix: expect.stringContaining('LIVEKIT_URL') as string });
  expect((await app.inject('/metrics')).body).not.toMatch(/eloquence_coach_dispatches_total\{[^}]*\} [1-9]/);
  const health = await app.inject('/health');
  expect([health.statusCode, health.json<{ parts: Record<string, { status: string }> }>().parts['livekit']?.status]).toEqual([503, 'down']);
});

it('answers in the error table’s form wherever there is nothing', async () => {
  const app = await service();
  for (const url of ['/nothing', '/%ff', '/exercises/%zz', '/exercises/nope', '/sessions/nothing/here']) {
    const reply = await app.inject(url);
    expect(reply.statusCode, url).toBeGreaterThanOrEqual(400);
    expect(reply.json<ErrorBody>().error.code, url).toMatch(/^(NOT_FOUND|REQUEST_INVALID|EXERCISE_UNKNOWN)$/);
  }
});

it('refuses to serve a network with the well-known keys', async () => {
  const livekit = { url: 'ws://127.0.0.1:1', apiKey: 'devkey', apiSecret: 'secret' };
  await expect(buildTokenService({ livekit, adjust: (config) => ({ ...config, host: '0.0.0.0' }) })).rejects.toMatchObject({ code: 'DEV_KEYS_EXPOSED' });
});

describe('exercises', () => {
  /** Inference as far as its health goes. */
  async function inference(parts: Readonly<Record<string, { status: string }>>): Promise<string> {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ service: 'inference', status: 'ok', version: '1', parts }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    ['a model that is well', { llm: { status: 'ok' } }, 'llm'],
    ['a model that rests', { llm: { status: 'degraded' } }, 'llm'],
    ['no model', {}, 'scripted'],
  ])('say who leads: %s', async (_what, parts, coach) => {
    const app = await service({ inferenceUrl: await inference(parts) });
    const list = (await app.inject('/exercises')).json<{ coach: string; exercises: { id: string }[] }>();
    expect(list.coach).toBe(coach);
    expect(list.exercises.map(({ id }) => id)).toEqual(['conversation_libre_marie', 'simulation_entretien']);
  });

  it('are led by the script when inference is away', async () => {
    const app = await service();
    expect((await app.inject('/exercises')).json<{ coach: string }>().coach).toBe('scripted');
    expect((await app.inject('/exercises/simulation_entretien')).json<{ id: string }>().id).toBe('simulation_entretien');
  });

  it('that are broken show in the health', async () => {
    const exercises = exercisesFolder('conversation_libre_marie');
    const app = await service({ exercises });
    writeFileSync(join(exercises, 'faux.json'), '{}');
    const { parts } = (await app.inject('/health')).json<{ parts: Record<string, { status: string; detail?: string }> }>();
    expect(parts['exercises']?.status).toBe('degraded');
    expect(parts['exercises']?.detail).toContain('faux.json');
  });
});

describe('the page', () => {
  function builtPage(): string {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets/app-1a2b3c.js'), 'export {};');
    return folder;
  }

  it('is asked for anew, its hashed assets are kept', async () => {
    const app = await service({ web: builtPage() });
    const page = await app.inject('/');
    expect([page.statusCode, page.headers['cache-control'], page.headers['content-type']]).toEqual([200, 'no-cache', 'text/html; charset=utf-8']);
    expect((await app.inject('/assets/app-1a2b3c.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('may talk to this service and to LiveKit alone, and runs no foreign code', async () => {
    const app = await service({ web: builtPage() });
    const { headers } = await app.inject({ url: '/', headers: { host: 'localhost:7881' } });
    expect(headers['content-security-policy']).toContain("connect-src 'self' ws://localhost:7880 http://localhost:7880;");
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('learns from a proxy on this machine that it was asked over TLS', async () => {
    const app = await service({ web: builtPage() });
    const { headers } = await app.inject({ url: '/', headers: { host: '127.0.0.1:7881', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'coach.example:7443' } });
    expect(headers['content-security-policy']).toContain('wss://coach.example:7443');
    expect(headers['strict-transport-security']).toBeDefined();
  });
});

it('describes every route', async () => {
  const { built: app, routes } = await routesOf(service);
  const { paths } = (await app.inject('/docs/json')).json<{ paths: Record<string, object> }>();
  const described = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  const own = routes.filter(({ url }) => !url.startsWith('/docs') && !url.endsWith('*')).map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(described.sort()).toEqual(own.sort());
  expect((await app.inject('/docs')).statusCode).toBe(200);
});
