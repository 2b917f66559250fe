import { Room, RoomEvent } from '@livekit/rtc-node';
import { RoomServiceClient, TokenVerifier, TrackSource as Source } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TokenReply, TokenRequest } from '../../protocol/token.ts';
import type { App } from '../../token-service/services.ts';
import { startLiveKit, type LiveKitServer } from '../support/livekit-server.ts';
import { buildTokenService } from '../support/token-service.ts';

let livekit: LiveKitServer;
let rooms: RoomServiceClient;
let app: App;
const joined: Room[] = [];

beforeAll(async () => {
  livekit = await startLiveKit();
  rooms = new RoomServiceClient(livekit.url.replace('ws', 'http'), livekit.apiKey, livekit.apiSecret);
  app = await buildTokenService({ livekit });
});

afterEach(async () => {
  for (const room of joined.splice(0)) await room.disconnect();
});

afterAll(async () => {
  await app.close();
  await livekit.stop();
});

/** Asks as one browser does: the cookie of an earlier reply comes along. */
async function ask(request: TokenRequest, cookie?: string): Promise<TokenReply & { cookie: string | undefined }> {
  const reply = await app.inject({ method: 'POST', url: '/token', payload: request, headers: cookie === undefined ? {} : { cookie } });
  expect(reply.statusCode, reply.body).toBe(200);
  const [set] = reply.cookies as { name: string; value: string }[];
  return { ...reply.json<TokenReply>(), cookie: set && `${set.name}=${encodeURIComponent(set.value)}` };
}

async function join({ url, token }: TokenReply): Promise<Room> {
  const room = new Room();
  await room.connect(url, token, { autoSubscribe: true, dynacast: false });
  joined.push(room);
  return room;
}

const claimsOf = ({ token }: TokenReply) => new TokenVerifier(livekit.apiKey, livekit.apiSecret).verify(token);
const permissionsOf = async ({ room }: TokenReply) => (await rooms.listParticipants(room))[0]?.permission;

describe('a token', () => {
  it('gives its one room, a microphone, listening and data for an hour, and nothing else', async () => {
    const reply = await ask({ participant: 'Anna' });
    const { iss, sub, nbf, exp, ...claims } = await claimsOf(reply);
    expect([iss, (exp ?? 0) - (nbf ?? 0)]).toEqual([livekit.apiKey, 3_600 + 300]);
    expect(sub).toMatch(/^learner-[A-Za-z0-9_-]{16}$/);
    expect(claims).toEqual({
      name: 'Anna',
      video: { room: reply.room, roomJoin: true, canPublish: true, canPublishSources: ['microphone'], canSubscribe: true, canPublishData: true, canUpdateOwnMetadata: false },
    });
  });

  it('lets its holder into its room, and the media server agrees about the rest', async () => {
    const reply = await ask({ participant: 'Anna' });
    const room = await join(reply);
    expect(room.name).toBe(reply.room);
    expect(await permissionsOf(reply)).toMatchObject({ canPublish: true, canPublishSources: [Source.MICROPHONE], canSubscribe: true, canPublishData: true, canUpdateMetadata: false, hidden: false, agent: false });
  });

  it('can be narrowed', async () => {
    const listener = await ask({ participant: 'Anna', permissions: { canPublish: false, canPublishData: false } });
    await join(listener);
    expect(await permissionsOf(listener)).toMatchObject({ canPublish: false, canPublishSources: [], canSubscribe: true, canPublishData: false });
  });

  it('cannot be widened', async () => {
    const { video } = await claimsOf(await ask({ participant: 'Anna', permissions: { canPublish: true, canSubscribe: true, canPublishData: true } }));
    expect(video).toMatchObject({ canPublishSources: ['microphone'] });
  });
});

it('is asked for and given by LiveKit’s own names too', async () => {
  const reply = await ask({ room_name: 'by-their-names', participant_identity: 'anna', participant_name: 'Anna', participant_metadata: 'm', participant_attributes: { level: 'B1' }, room_config: { agents: [{ agent_name: 'somebody-else' }] } });
  expect([reply.participant_token, reply.server_url, reply.room]).toEqual([reply.token, reply.url, 'by-their-names']);
  const { roomConfig, name, metadata, attributes, sub } = await claimsOf(reply);
  expect({ roomConfig, name, metadata, attributes }).toEqual({ name: 'Anna', metadata: 'm', attributes: { level: 'B1' } });
  expect(sub).toMatch(/^anna-/);
});

describe('one identity', () => {
  const nextLeaving = (room: Room): Promise<unknown> => new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));

  it('of two learners throws neither out', async () => {
    const room = 'namesakes';
    const [first, second] = [await join(await ask({ room, participant_identity: 'anna' })), await join(await ask({ room, participant_identity: 'anna' }))];
    expect(first.localParticipant?.identity).not.toBe(second.localParticipant?.identity);
    expect((await rooms.listParticipants(room)).map(({ identity }) => identity).sort()).toEqual([first, second].map(({ localParticipant }) => localParticipant?.identity).sort());
  });

  it('of a page that is loaded again takes its own place', async () => {
    const before = await ask({ room: 'reload', participant: 'Anna' });
    const first = await join(before);
    const left = nextLeaving(first);
    const after = await ask({ room: 'reload', participant: 'Anna' }, before.cookie);
    const second = await join(after);
    await left;
    expect((await rooms.listParticipants('reload')).map(({ identity }) => identity)).toEqual([second.localParticipant?.identity]);
    expect(after.session).toBe(before.session);
    expect(after.cookie).toBeUndefined();
  });

  it('cannot be taken with a cookie of one’s own making', async () => {
    const victim = await ask({ room: 'theft', participant: 'Anna' });
    const { sub = '' } = await claimsOf(victim);
    const stolen = sub.replace('learner-', '');
    for (const cookie of [`eloquence_learner=${stolen}`, `eloquence_learner=${stolen}.${'A'.repeat(43)}`, 'eloquence_learner=%00', 'eloquence_learner=']) {
      expect((await claimsOf(await ask({ room: 'theft' }, cookie))).sub).not.toBe(sub);
    }
    expect((await claimsOf(await ask({ room: 'theft' }, victim.cookie))).sub).toBe(sub);
  });
});
