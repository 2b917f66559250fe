import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErrorBody } from '../../../core/errors.ts';
import type { TokenReply } from '../../../protocol/token.ts';
import type { App } from '../../../token-service/services.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { buildTokenService } from '../../support/token-service.ts';

// What is meant to do harm.

const SCRIPT = '<script>alert(1)</script>';
let livekit: LiveKitServer;
let app: App;
beforeAll(async () => {
  livekit = await startLiveKit();
  app = await buildTokenService({ livekit });
});
afterAll(async () => {
  await app.close();
  await livekit.stop();
});

const post = (payload: object) => app.inject({ method: 'POST', url: '/token', payload });

it.each([SCRIPT, '"><img src=x onerror=alert(1)>', "'; DROP TABLE learners; --", '${7*7}{{7*7}}', 'Zoë ‮gnirts', '👩‍🏫'.repeat(5)])('a name is repeated as it came, in the token alone: %s', async (name) => {
  const reply = await post({ participant: name, participant_metadata: SCRIPT });
  expect(decodeJwt(reply.json<TokenReply>().token)).toMatchObject({ name, metadata: SCRIPT });
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(reply.headers['x-content-type-options']).toBe('nosniff');
  expect(reply.body).not.toContain('<');
});

it.each(['{"participant_attributes":{"__proto__":{"admin":"yes"}}}', '{"participant_attributes":{"constructor":{"prototype":{"admin":"yes"}}}}', '{"__proto__":{"record":true}}'])('a prototype is not reached: %s', async (payload) => {
  const reply = await app.inject({ method: 'POST', url: '/token', headers: { 'content-type': 'application/json' }, payload });
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([400, 'REQUEST_INVALID']);
  expect(({} as { admin?: string }).admin).toBeUndefined();
});

it.each(['toString', 'constructor', 'hasOwnProperty'])('an attribute called %s is one like any other', async (key) => {
  const { token } = (await post({ participant_attributes: { [key]: 'x' } })).json<TokenReply>();
  expect(Object.entries(decodeJwt<{ attributes?: object }>(token).attributes ?? {})).toEqual([[key, 'x']]);
});

it.each([0, 7, 10, 13, 27, 127, 0x85, 0x9f].map((code) => String.fromCharCode(code)))('a control character is in no name: %j', async (character) => {
  for (const field of ['participant', 'participant_name', 'participant_identity']) expect((await post({ [field]: `An${character}na` })).json<ErrorBody>().error.code).toBe('REQUEST_INVALID');
});

it('64 kB are too much, wherever they are', async () => {
  for (const payload of [{ participant: 'x'.repeat(65_536) }, { invitation: 'x'.repeat(65_536) }, { room_config: 'x'.repeat(65_536) }, Array(30_000).fill(1)]) {
    const reply = await post(payload);
    expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([413, 'BODY_TOO_LARGE']);
  }
});

it.each([['application/x-www-form-urlencoded', 415], ['multipart/form-data; boundary=x', 415], ['text/plain', 400], ['text/plain;charset=UTF-8', 400], ['application/xml', 415], ['text/html', 415], ['', 400]])('another site’s form gets nothing: %s', async (type, status) => {
  for (const url of ['/token', '/learners']) {
    for (const payload of ['{"exercise":"conversation_libre_marie"}', '']) {
      // As a form of another site is posted: SameSite=Lax keeps the cookie back; a new one would take its place.
      const reply = await app.inject({ method: 'POST', url, payload, headers: { ...(type === '' ? {} : { 'content-type': type }), origin: 'https://evil.example' } });
      expect(reply.cookies).toEqual([]);
      expect([url, reply.statusCode >= 400]).toEqual([url, true]);
      if (payload !== '') expect([url, reply.statusCode]).toEqual([url, type === '' ? 415 : status]);
    }
  }
});
