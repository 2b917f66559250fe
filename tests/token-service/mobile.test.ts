import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Room } from '@livekit/rtc-node';
import { decodeJwt } from 'jose';
import { TokenSource } from 'livekit-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invitationsOf } from '../../core/credentials.ts';
import { ROOT } from '../../core/paths.ts';
import type { LearnerReply } from '../../protocol/invitation.ts';
import type { TokenReply, TokenRequest } from '../../protocol/token.ts';
import type { App } from '../../token-service/services.ts';
import { startLiveKit, type LiveKitServer } from '../support/livekit-server.ts';
import { buildTokenService, SERVICE_TOKEN } from '../support/token-service.ts';

// Plays docs/mobile.md: its requests as they stand there, its replies as the shape of what comes.

type Json = Record<string, unknown>;
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly reply: Json;
}

function exchangesIn(document: string): Exchange[] {
  return [...document.matchAll(/```http\n(\w+) (\S+)\n([^`]*?)\n\n([^`]*?)\n```\n\n```json\n([^`]*?)\n```/g)].map(([, method = '', path = '', headers = '', body = '', reply = '']) => ({
    method, path, body,
    headers: Object.fromEntries(headers.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])),
    reply: JSON.parse(reply) as Json,
  }));
}

const document = readFileSync(join(ROOT, 'docs/mobile.md'), 'utf8');
const exchanges = exchangesIn(document);
let livekit: LiveKitServer;
let app: App;
let url: string;
const joined: Room[] = [];

beforeAll(async () => {
  livekit = await startLiveKit();
  app = await buildTokenService({ livekit });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  for (const room of joined) await room.disconnect();
  await app.close();
  await livekit.stop();
});

async function enter({ server_url, participant_token }: Pick<TokenReply, 'server_url' | 'participant_token'>): Promise<Room> {
  const room = new Room();
  await room.connect(server_url, participant_token, { autoSubscribe: true, dynacast: false });
  joined.push(room);
  return room;
}

describe('the exchange that the document shows', () => {
  /** What stands in the document for what came: each text of a reply, once it has been seen. */
  const real = new Map<string, string>();
  const translate = (text: string): string => [...real].reduce((told, [shown, came]) => told.replaceAll(shown, came), text);

  it('is there', () => {
    expect(exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /learners', 'POST /learners', 'POST /token', 'POST /token', 'POST /token', 'POST /learners', 'POST /token', 'POST /token']);
    expect(document.match(/```http/g)).toHaveLength(exchanges.length);
  });

  it.each(exchanges)('$method $path $body', async ({ method, path, headers, body, reply }) => {
    const { invitation } = JSON.parse(body) as { invitation?: string };
    // Somebody has handed it over.
    if (invitation !== undefined) real.set(invitation, await invitationsOf({ serviceToken: SERVICE_TOKEN }).sign({ exercise: 'simulation_entretien' }, Date.now() + 7 * 24 * 3_600_000));
    const response = await fetch(new URL(path, url), { method, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, translate(value)])), body: translate(body) });
    const came = (await response.json()) as Json;
    expect([response.status, response.headers.get('content-type')]).toEqual(['error' in reply ? 401 : 200, 'application/json; charset=utf-8']);
    expect(Object.keys(came)).toEqual(Object.keys(reply));
    if ('error' in reply) return expect(came).toEqual(reply);
    for (const [name, shown] of Object.entries(reply)) {
      expect(typeof came[name], name).toBe(typeof shown);
      // A text that was there before means the same again: the learner who stays, the room that one comes back to.
      if (real.has(String(shown))) expect([name, came[name]]).toEqual([name, real.get(String(shown))]);
      else if (name !== 'expiresAt') real.set(String(shown), String(came[name]));
    }
    if (path !== '/token') return expect(came['learner']).toMatch(/^.{16}$/);
    const { room } = came as TokenReply;
    const { name, localParticipant } = await enter(came as TokenReply);
    expect([name, localParticipant?.name]).toEqual([room, (JSON.parse(body) as TokenRequest).participant_name]);
    expect(localParticipant?.identity).toContain(real.get(body.includes('Boris') ? 'Hn2rB6yUe0jMs4Lq' : 'Zk3vQ0pYb8sT1xWc'));
    expect(localParticipant?.attributes['eloquence.record']).toBe(body.includes('"record": true') ? 'yes' : undefined);
  });
});

describe('what the SDKs’ token sources send', () => {
  it.each([
    ['JS, Flutter', '{}'],
    ['Flutter, with an agent', '{"room_config":{"agents":[{"agent_name":"mine","metadata":"x"}]}}'],
    ['Swift, Kotlin', '{"room_config":{}}'],
    ['all of it', '{"room_name":"all","participant_name":"Anna","participant_identity":"anna","participant_metadata":"m","participant_attributes":{"level":"B1"},"room_config":{"agents":[{"agent_name":"mine","metadata":"x","deployment":"y","attributes":{"a":"b"}}]}}'],
  ])('opens a room: %s', async (_which, body) => {
    const response = await fetch(new URL('/token', url), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    // Flutter's takes no other success than 200.
    expect(response.status).toBe(200);
    const reply = (await response.json()) as TokenReply;
    expect((await enter(reply)).name).toBe(reply.room_name);
  });

  it('of JS, by the SDK itself', async () => {
    const { token: bearer, learner } = (await (await fetch(new URL('/learners', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).json()) as LearnerReply;
    const source = TokenSource.endpoint(`${url}/token`, { headers: { Authorization: `Bearer ${bearer}` } });
    const options = { participantName: 'Anna', participantIdentity: 'anna', participantAttributes: { level: 'B1' }, agentName: 'mine' };
    const { serverUrl, participantToken } = await source.fetch(options);
    const room = await enter({ server_url: serverUrl, participant_token: participantToken });
    const { name, identity, attributes } = room.localParticipant ?? {};
    expect([name, identity, attributes]).toEqual(['Anna', `anna-${learner}`, { level: 'B1' }]);
    const roomOf = (token: string) => decodeJwt<{ video: { room: string } }>(token).video.room;
    expect(roomOf((await source.fetch(options)).participantToken)).toBe(room.name);
    expect(roomOf((await source.fetch(options, true)).participantToken)).not.toBe(room.name);
    await expect(TokenSource.endpoint(`${url}/token`, { headers: { Authorization: 'Bearer x' } }).fetch({})).rejects.toThrow('401');
  });
});
