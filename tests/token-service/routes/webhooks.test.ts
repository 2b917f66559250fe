import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '../../../token-service/services.ts';
import { buildTokenService } from '../../support/token-service.ts';

const KEY = { url: 'ws://127.0.0.1:1', apiKey: 'webhook-key', apiSecret: 'w'.repeat(32) };
const EVENT = JSON.stringify({ event: 'room_started', id: 'EV_1', createdAt: '1700000000', room: { sid: 'RM_1', name: 'a' } });
let app: App;

beforeAll(async () => {
  app = await buildTokenService({ livekit: KEY });
});
afterAll(() => app.close());

/** As livekit-server signs: a token whose claim is the body's digest. */
async function signature(body: string, secret = KEY.apiSecret): Promise<string> {
  const token = new AccessToken(KEY.apiKey, secret);
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

const send = (payload: string, authorization?: string) =>
  app.inject({ method: 'POST', url: '/webhooks/livekit', payload, headers: { 'content-type': 'application/webhook+json', ...(authorization === undefined ? {} : { authorization }) } });
const counted = async (): Promise<number> => Number(/eloquence_livekit_events_total\{[^}]*room_started[^}]*\} (\d+)/.exec((await app.inject('/metrics')).body)?.[1] ?? 0);

it('counts what the media server signed', async () => {
  const before = await counted();
  expect((await send(EVENT, await signature(EVENT))).statusCode).toBe(204);
  expect(await counted()).toBe(before + 1);
});

it.each([
  ['nothing', () => Promise.resolve(undefined)],
  ['no token', () => Promise.resolve('hello')],
  ['another secret', () => signature(EVENT, 'x'.repeat(32))],
  ['another body', () => signature(`${EVENT} `)],
])('refuses a webhook that is signed with %s', async (_what, sign) => {
  const before = await counted();
  const reply = await send(EVENT, await sign());
  expect([reply.statusCode, reply.json<{ error: { code: string } }>().error.code]).toEqual([401, 'WEBHOOK_UNSIGNED']);
  expect(await counted()).toBe(before);
});

it.each([[290, 204], [-290, 204], [-1_000, 401]])('allows for a media server whose clock is %i s ahead: %i', async (seconds, status) => {
  const now = Math.floor(Date.now() / 1_000) + seconds;
  const token = await new SignJWT({ sha256: createHash('sha256').update(EVENT).digest('base64') })
    .setProtectedHeader({ alg: 'HS256' }).setIssuer(KEY.apiKey).setNotBefore(now).setExpirationTime(now + 300).sign(new TextEncoder().encode(KEY.apiSecret));
  expect((await send(EVENT, token)).statusCode).toBe(status);
});

it('refuses a token of a learner', async () => {
  const token = new AccessToken(KEY.apiKey, KEY.apiSecret, { identity: 'anna' });
  token.addGrant({ roomJoin: true, room: 'a' });
  expect((await send(EVENT, await token.toJwt())).statusCode).toBe(401);
});
