import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Room } from '@livekit/rtc-node';
import { AgentDispatchClient, ParticipantInfo_State, RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ErrorBody } from '../../core/errors.ts';
import type { Lease } from '../../protocol/session-lease.ts';
import type { TokenReply, TokenRequest } from '../../protocol/token.ts';
import type { App } from '../../token-service/services.ts';
import { freePort } from '../support/free-port.ts';
import { startLiveKit, type LiveKitServer } from '../support/livekit-server.ts';
import { startMinimalCoaches, type MinimalCoaches } from '../support/minimal-coaches.ts';
import { ManualClock } from '../../core/clock.ts';
import { buildTokenService, SERVICE_TOKEN, type TokenServiceOptions } from '../support/token-service.ts';

/** How long a real worker may take to send a coach on a machine at work, in ms. */
const COACH_COMES = { timeout: 40_000, interval: 50 };

let port: number;
let livekit: LiveKitServer;
let coaches: MinimalCoaches;
let rooms: RoomServiceClient;
let dispatches: AgentDispatchClient;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  port = await freePort();
  livekit = await startLiveKit({ webhookUrl: `http://127.0.0.1:${port}/webhooks/livekit` });
  const http = livekit.url.replace('ws', 'http');
  rooms = new RoomServiceClient(http, livekit.apiKey, livekit.apiSecret);
  dispatches = new AgentDispatchClient(http, livekit.apiKey, livekit.apiSecret);
  coaches = await startMinimalCoaches(livekit);
});

afterAll(async () => {
  await coaches.kill();
  await livekit.stop();
});

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function service(options: TokenServiceOptions = {}): Promise<App> {
  const app = await buildTokenService({ livekit, ...options });
  await app.listen({ port, host: '127.0.0.1' });
  open.push(app);
  return app;
}

async function token(app: App, request: TokenRequest): Promise<TokenReply> {
  const reply = await app.inject({ method: 'POST', url: '/token', payload: request });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<TokenReply>();
}

async function join({ url, token: jwt }: TokenReply): Promise<Room> {
  const room = new Room();
  await room.connect(url, jwt, { autoSubscribe: true, dynacast: false });
  open.push({ close: () => room.disconnect() });
  return room;
}

/** Identities of the coaches whose connection stands: one put out while it still joins would try again. */
const coachesIn = async (room: string): Promise<string[]> =>
  (await rooms.listParticipants(room)).filter(({ attributes, state }) => 'lk.agent_name' in attributes && state === ParticipantInfo_State.ACTIVE).map(({ identity }) => identity);
const dispatchesOf = (app: App, reason: string): Promise<number> =>
  app.inject('/metrics').then(({ body }) => Number(new RegExp(`eloquence_coach_dispatches_total\\{[^}]*reason="${reason}"[^}]*\\} (\\d+)`).exec(body)?.[1] ?? 0));

it('gives racing requests for one room one session, one order and one coach', async () => {
  const app = await service();
  const replies = await Promise.all(Array.from({ length: 8 }, (_, index) => token(app, { participant: `Anna ${index}`, room: 'race' })));
  expect(new Set(replies.map(({ session }) => session)).size).toBe(1);
  expect((await dispatches.listDispatch('race')).map(({ agentName, metadata }) => [agentName, metadata])).toEqual([['eloquence-coach', JSON.stringify({ session: replies[0]?.session })]]);
  await Promise.all(replies.slice(0, 2).map(join));
  await expect.poll(() => coachesIn('race'), COACH_COMES).toHaveLength(1);
  await token(app, { room: 'race' });
  expect(await dispatches.listDispatch('race')).toHaveLength(1);
});

it('goes on with its rooms after a restart of its own', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'home-'));
  const before = await service({ home });
  const first = await token(before, { participant: 'Anna', room: 'kept', exercise: 'simulation_entretien' });
  await before.close();
  const after = await service({ home });
  const second = await token(after, { participant: 'Anna', room: 'kept' });
  expect(second.session).toBe(first.session);
  expect(await dispatches.listDispatch('kept')).toHaveLength(1);
  const reply = await after.inject({ method: 'POST', url: `/sessions/${first.session}/lease`, payload: { holder: 'job' }, headers: { authorization: `Bearer ${SERVICE_TOKEN}` } });
  expect(reply.json<Lease>().session).toMatchObject({ id: first.session, room: 'kept', exercise: { id: 'simulation_entretien' }, persona: { id: 'marie_coach' } });
});

it('sends another coach at once when one is lost', async () => {
  const app = await service();
  const reply = await token(app, { participant: 'Anna' });
  await join(reply);
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toHaveLength(1);
  const [lost = ''] = await coachesIn(reply.room);
  await rooms.removeParticipant(reply.room, lost);
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toEqual([expect.not.stringMatching(lost)]);
  expect(await dispatchesOf(app, 'missing')).toBe(1);
  expect((await dispatches.listDispatch(reply.room)).map(({ metadata }) => metadata)).toEqual([JSON.stringify({ session: reply.session })]);
});

it('sends no other coach once the session is closed, and begins a new one when asked', async () => {
  const app = await service();
  const reply = await token(app, { participant: 'Anna' });
  const room = await join(reply);
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toHaveLength(1);
  await room.localParticipant?.publishData(new TextEncoder().encode('finish'), { reliable: true });
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toEqual([]);
  // The same room, still open, the learner still in it.
  await expect.poll(async () => (await token(app, { room: reply.room })).session).not.toBe(reply.session);
  // The new session's, and one of the old session's where a request came before LiveKit's word that its coach had closed it: taken back.
  expect(await dispatchesOf(app, 'missing')).toBeLessThanOrEqual(2);
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toHaveLength(1);
});

it('sends a coach to whoever comes back to a closed room', async () => {
  const app = await service();
  const first = await token(app, { participant: 'Anna', room: 'left' });
  await rooms.deleteRoom('left');
  const second = await token(app, { participant: 'Anna', room: 'left' });
  expect(second.session).toBe(first.session);
  await join(second);
  await expect.poll(() => coachesIn('left'), COACH_COMES).toHaveLength(1);
});

it('does not let another exercise into a room with people in it', async () => {
  const app = await service();
  const reply = await token(app, { participant: 'Anna', exercise: 'simulation_entretien' });
  await join(reply);
  await expect.poll(async () => (await rooms.listParticipants(reply.room)).length).toBeGreaterThan(0);
  const refused = await app.inject({ method: 'POST', url: '/token', payload: { room: reply.room, exercise: 'conversation_libre_marie' } });
  expect(refused.statusCode).toBe(409);
  expect(refused.json<ErrorBody>().error).toMatchObject({ code: 'ROOM_BUSY', message: expect.stringContaining('simulation_entretien') as string });
  expect((await token(app, { room: reply.room, exercise: 'simulation_entretien' })).session).toBe(reply.session);
});

it('has one coach in the room again after the media server was restarted', async () => {
  const clock = new ManualClock();
  const app = await service({ clock });
  const reply = await token(app, { participant: 'Anna' });
  const room = await join(reply);
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toHaveLength(1);
  await livekit.restart();
  await expect.poll(() => coachesIn(reply.room), COACH_COMES).toHaveLength(1);
  await expect.poll(async () => (await rooms.listParticipants(reply.room)).length, COACH_COMES).toBe(2);
  expect(room.isConnected).toBe(true);
  for (let round = 0; round < 8; round++) {
    clock.advance(5_000);
    await app.inject({ method: 'POST', url: '/token', payload: { room: reply.room } });
  }
  expect(await coachesIn(reply.room)).toHaveLength(1);
  expect(await dispatchesOf(app, 'missing')).toBe(0);
  // The media server counts every few seconds.
  await expect.poll(async () => {
    clock.advance(5_000);
    const { body } = await app.inject('/metrics');
    return ['rooms', 'participants'].map((name) => Number(new RegExp(`^eloquence_${name}\\{.*\\} (\\d+)`, 'm').exec(body)?.[1]));
  }, { timeout: 20_000 }).toEqual([1, 1]);
});

it('orders no coach for the fourth token that nobody uses, until its learner joins', async () => {
  const app = await service();
  const unused = [];
  for (let count = 0; count < 11; count += 1) unused.push(await token(app, {}));
  expect(await dispatchesOf(app, 'opened')).toBe(3);
  const late = unused.at(-1) ?? expect.unreachable();
  const orders = async (): Promise<unknown[]> => (await dispatches.listDispatch(late.room)).filter(({ agentName }) => agentName !== '');
  await token(app, { room: late.room });
  expect(await orders()).toEqual([]);
  await join(late);
  await expect.poll(() => coachesIn(late.room), COACH_COMES).toHaveLength(1);
  expect(await orders()).toHaveLength(1);
});

it('orders again, and tells the operator, while no worker takes the job', async () => {
  const clock = new ManualClock();
  const app = await service({ clock, adjust: (config) => ({ ...config, agent: { ...config.agent, name: 'nobody-of-this-name' } }) });
  const reply = await token(app, { participant: 'Anna' });
  await join(reply);
  const coachPart = async (): Promise<string | undefined> => (await app.inject('/health')).json<{ parts: Record<string, { status: string }> }>().parts['coaches']?.status;
  expect(await coachPart()).toBe('ok');
  await expect.poll(() => {
    clock.advance(5_000);
    return dispatchesOf(app, 'missing');
  }, { timeout: 20_000 }).toBeGreaterThan(0);
  expect((await dispatches.listDispatch(reply.room)).filter(({ agentName }) => agentName !== '')).toHaveLength(1);
  await expect.poll(() => {
    clock.advance(5_000);
    return coachPart();
  }).toBe('degraded');
});

it('begins nothing when the session cannot be written', async () => {
  const app = await service({ home: '/dev/null/nowhere' }).catch((error: unknown) => error);
  expect(app).toMatchObject({ code: 'DATA_UNWRITABLE' });
});
