import { once } from 'node:events';
import { AudioSource, LocalAudioTrack, LocalVideoTrack, Room, RoomEvent, TrackPublishOptions, TrackSource, VideoSource } from '@livekit/rtc-node';
import { decodeJwt, SignJWT } from 'jose';
import { AccessToken, AgentDispatchClient, RoomServiceClient, type ParticipantInfo } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CHAT_TOPIC, TRANSCRIPTION_TOPIC } from '../../../protocol/room.ts';
import type { TokenReply, TokenRequest } from '../../../protocol/token.ts';
import { accessToken } from '../../../token-service/access-token.ts';
import type { App } from '../../../token-service/services.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { buildTokenService } from '../../support/token-service.ts';

// What a learner's token does not open, tried with a real media server.

let livekit: LiveKitServer;
let http: string;
let rooms: RoomServiceClient;
let dispatches: AgentDispatchClient;
let app: App;
const joined: Room[] = [];
/** Of LiveKit's ParticipantInfo.Kind (livekit_models.proto). */
const KIND = { standard: 0, agent: 4 };

beforeAll(async () => {
  livekit = await startLiveKit();
  http = livekit.url.replace('ws', 'http');
  rooms = new RoomServiceClient(http, livekit.apiKey, livekit.apiSecret);
  dispatches = new AgentDispatchClient(http, livekit.apiKey, livekit.apiSecret);
  app = await buildTokenService({ livekit });
});
afterEach(async () => {
  for (const room of joined.splice(0)) await room.disconnect();
});
afterAll(async () => {
  await app.close();
  await livekit.stop();
});

async function ask(request: TokenRequest = {}): Promise<TokenReply> {
  const reply = await app.inject({ method: 'POST', url: '/token', payload: request });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
}

async function join(token: string, autoSubscribe = true): Promise<Room> {
  const room = new Room();
  await room.connect(livekit.url, token, { autoSubscribe, dynacast: false });
  joined.push(room);
  return room;
}

/** A coach as far as others see one: an agent of our name. */
async function coachIn(room: string, identity = 'agent-coach'): Promise<Room> {
  const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity, name: 'Marie', attributes: { 'lk.agent_name': 'eloquence-coach' } });
  token.kind = 'agent';
  token.addGrant({ room, roomJoin: true, agent: true });
  return join(await token.toJwt());
}

async function publish(room: Room, source: TrackSource): Promise<void> {
  const options = new TrackPublishOptions();
  options.source = source;
  const picture = source === TrackSource.SOURCE_CAMERA || source === TrackSource.SOURCE_SCREENSHARE;
  await room.localParticipant?.publishTrack(picture ? LocalVideoTrack.createVideoTrack('picture', new VideoSource(64, 64)) : LocalAudioTrack.createAudioTrack('sound', new AudioSource(48_000, 1)), options);
}

const secrets = () => ({ livekitApiKey: livekit.apiKey, livekitApiSecret: livekit.apiSecret, serviceToken: '' });
const validate = async (token: string, query = ''): Promise<number> => (await fetch(`${http}/rtc/validate?access_token=${token}${query}`)).status;
const identities = async (room: string): Promise<string[]> => (await rooms.listParticipants(room)).map(({ identity }) => identity).sort();
const seen = async ({ room }: TokenReply, identity: string | undefined): Promise<ParticipantInfo | undefined> => (await rooms.listParticipants(room)).find((participant) => participant.identity === identity);

describe('a token that is not good', () => {
  it('that has expired lets nobody in', async () => {
    const expired = await accessToken({ room: 'a', learner: { identity: 'anna', name: 'Anna' }, ttlMinutes: 1, now: Date.now() - 600_000 }, secrets());
    expect(await validate(expired)).toBe(401);
    await expect(join(expired)).rejects.toThrow();
  });

  it('signed with another key lets nobody in', async () => {
    const learner = { room: 'a', learner: { identity: 'anna', name: 'Anna' }, ttlMinutes: 1 };
    for (const other of [{ ...secrets(), livekitApiSecret: 'x'.repeat(43) }, { ...secrets(), livekitApiKey: 'another' }]) {
      const token = await accessToken(learner, other);
      expect(await validate(token)).toBe(401);
      await expect(join(token)).rejects.toThrow();
    }
  });

  it('that its holder widened lets nobody in', async () => {
    const { token } = await ask();
    const [head = '', , signature = ''] = token.split('.');
    const claims = decodeJwt<{ video: object }>(token);
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wider = encode({ ...claims, video: { ...claims.video, roomAdmin: true, roomList: true } });
    for (const bent of [`${head}.${wider}.${signature}`, `${encode({ alg: 'none' })}.${wider}.`, await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('guess'))]) {
      expect(await validate(bent)).toBe(401);
      await expect(join(bent)).rejects.toThrow();
    }
  });

  it('made on a machine whose clock is five minutes ahead is good all the same', async () => {
    const ahead = await accessToken({ room: 'skew', learner: { identity: 'anna', name: 'Anna' }, ttlMinutes: 60, now: Date.now() + 290_000 }, secrets());
    expect(await validate(ahead)).toBe(200);
    expect((await join(ahead)).name).toBe('skew');
  });
});

describe('with a learner’s token', () => {
  it.each([
    ['RoomService', ['ListRooms', 'CreateRoom', 'DeleteRoom', 'ListParticipants', 'GetParticipant', 'RemoveParticipant', 'MutePublishedTrack', 'UpdateParticipant', 'UpdateSubscriptions', 'SendData', 'UpdateRoomMetadata', 'ForwardParticipant', 'MoveParticipant']],
    ['AgentDispatchService', ['CreateDispatch', 'DeleteDispatch', 'ListDispatch']],
    ['Egress', ['StartRoomCompositeEgress', 'ListEgress', 'StopEgress']],
    ['Ingress', ['CreateIngress', 'ListIngress']],
    ['SIP', ['ListSIPInboundTrunk', 'CreateSIPParticipant']],
  ])('one is refused by LiveKit’s API: %s', async (service, methods) => {
    const { token, room } = await ask();
    const { room: other } = await ask();
    const orders = async (): Promise<unknown[]> => (await dispatches.listDispatch(room)).map(({ id, agentName }) => [id, agentName]);
    const ordered = await orders();
    for (const method of methods) {
      for (const name of [room, other]) {
        const body = JSON.stringify({ room: name, name, names: [], room_name: name, identity: 'agent-coach', destination_room: other, agent_name: 'mine', metadata: 'x', dispatch_id: 'x', track_sid: 'x', egress_id: 'x', permission: { can_publish: true } });
        const reply = await fetch(`${http}/twirp/livekit.${service}/${method}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body });
        // A service that this server does not have is not there.
        expect(service === 'RoomService' || service === 'AgentDispatchService' ? [401, 403] : [401, 403, 404], `${method}: ${await reply.text()}`).toContain(reply.status);
      }
    }
    expect((await rooms.listRooms([room, other])).map(({ name, metadata }) => [name, metadata]).sort()).toEqual([[room, ''], [other, '']].sort());
    expect(await orders()).toEqual(ordered);
  });

  it('one comes into no other room, whatever is asked for besides', async () => {
    const [own, other] = [await ask(), await ask()];
    for (const query of [`room=${other.room}`, `room_name=${other.room}&create_room=true`, `room=${other.room}&auto_subscribe=1&hidden=1&kind=agent`]) {
      const socket = new WebSocket(`${livekit.url}/rtc?access_token=${own.token}&protocol=9&${query}`);
      await once(socket, 'message');
      expect(await identities(other.room), query).toEqual([]);
      expect(await identities(own.room), query).toEqual([decodeJwt(own.token).sub]);
      socket.terminate();
    }
    // Nor is it opened as an agent's.
    const worker = new WebSocket(`${livekit.url}/agent?access_token=${own.token}`);
    const [, response] = (await once(worker, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
    worker.on('error', () => undefined).terminate();
  });

  it('one shows no picture and no screen, and says nothing where that was taken away', async () => {
    const tries: [TrackSource, TokenRequest][] = [
      [TrackSource.SOURCE_CAMERA, {}], [TrackSource.SOURCE_SCREENSHARE, {}], [TrackSource.SOURCE_SCREENSHARE_AUDIO, {}],
      [TrackSource.SOURCE_MICROPHONE, { permissions: { canPublish: false } }],
    ];
    // The client learns of a refusal by waiting in vain for an answer, 10 s: all are tried at a time.
    await Promise.all(tries.map(async ([source, request]) => {
      const reply = await ask(request);
      const room = await join(reply.token);
      await expect(publish(room, source)).rejects.toThrow();
      expect((await seen(reply, room.localParticipant?.identity))?.tracks).toEqual([]);
    }));
  });

  it('one changes nothing of what one is', async () => {
    const reply = await ask({ participant: 'Anna', record: true, participant_metadata: 'm', participant_attributes: { level: 'B1' } });
    const { localParticipant } = await join(reply.token);
    // The client resolves with the server's answer, whatever it is: what the server then knows is what counts.
    await Promise.allSettled([localParticipant?.setAttributes({ 'lk.agent_name': 'eloquence-coach', 'eloquence.record': '' }), localParticipant?.updateName('Marie'), localParticipant?.updateMetadata('mine')]);
    expect(await seen(reply, localParticipant?.identity)).toMatchObject({ name: 'Anna', metadata: 'm', attributes: { level: 'B1', 'eloquence.record': 'yes' }, kind: KIND.standard, permission: { agent: false, hidden: false, recorder: false, canUpdateMetadata: false } });
  });

  it('one does not take the coach’s place, whatever one calls oneself', async () => {
    const room = 'places';
    const first = await ask({ room });
    const coach = await coachIn(room);
    for (const request of [{ participant_identity: 'agent-coach' }, { participant: 'Marie', participant_name: 'Marie' }]) await join((await ask({ room, ...request })).token);
    await join(first.token);
    const participants = await rooms.listParticipants(room);
    expect(coach.isConnected).toBe(true);
    expect(participants.filter(({ kind, attributes }) => kind.valueOf() === KIND.agent || 'lk.agent_name' in attributes).map(({ identity }) => identity)).toEqual(['agent-coach']);
    expect(participants).toHaveLength(4);
  });

  it('one writes in nobody else’s name', async () => {
    const room = 'names';
    const [anna, boris] = [await join((await ask({ room })).token), await join((await ask({ room })).token)];
    await coachIn(room);
    const senders: string[] = [];
    const heard = new Promise<void>((resolve) => {
      for (const topic of [CHAT_TOPIC, TRANSCRIPTION_TOPIC]) {
        boris.registerTextStreamHandler(topic, (_reader, { identity }) => {
          senders.push(identity);
          if (senders.length === 2) resolve();
        });
      }
    });
    const data = once(boris, RoomEvent.DataReceived) as Promise<[Uint8Array, { identity: string } | undefined]>;
    for (const topic of [CHAT_TOPIC, TRANSCRIPTION_TOPIC]) {
      const writer = await anna.localParticipant?.streamText({ topic, senderIdentity: 'agent-coach' });
      await writer?.write('Bravo !');
      await writer?.close();
    }
    await anna.localParticipant?.publishData(Buffer.from('finish'), { reliable: true });
    await heard;
    const [, sender] = await data;
    const own = anna.localParticipant?.identity;
    expect([senders, sender?.identity]).toEqual([[own, own], own]);
  });
});

describe('permissions that are taken away are gone', () => {
  it('to listen and to write', async () => {
    const room = 'narrow';
    const speaker = await join((await ask({ room })).token);
    await publish(speaker, TrackSource.SOURCE_MICROPHONE);
    const listener = await join((await ask({ room })).token);
    const deaf = await join((await ask({ room, permissions: { canSubscribe: false, canPublishData: false } })).token);
    const wrote: string[] = [];
    const written = new Promise<void>((resolve) => {
      speaker.registerTextStreamHandler(CHAT_TOPIC, (_reader, { identity }) => {
        wrote.push(identity);
        if (identity === listener.localParticipant?.identity) resolve();
      });
    });
    await deaf.localParticipant?.sendText('hello', { topic: CHAT_TOPIC }).catch(() => undefined);
    await listener.localParticipant?.sendText('hello', { topic: CHAT_TOPIC });
    await written;
    expect(wrote).toEqual([listener.localParticipant?.identity]);
    const subscribed = ({ remoteParticipants }: Room): number => [...(remoteParticipants.get(speaker.localParticipant?.identity ?? '')?.trackPublications.values() ?? [])].filter(({ subscribed: is }) => is).length;
    await expect.poll(() => subscribed(listener)).toBe(1);
    expect(subscribed(deaf)).toBe(0);
  });
});
