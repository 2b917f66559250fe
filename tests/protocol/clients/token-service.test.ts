import { afterAll, beforeAll, expect, it } from 'vitest';
import { TokenServiceClient } from '../../../protocol/clients/token-service.ts';
import type { App } from '../../../token-service/services.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { buildTokenService, SERVICE_TOKEN } from '../../support/token-service.ts';

let livekit: LiveKitServer;
let app: App;
let url: string;

beforeAll(async () => {
  livekit = await startLiveKit();
  app = await buildTokenService({ livekit });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await app.close();
  await livekit.stop();
});

it('asks for a token, and as a service for what it is about', async () => {
  const { session, room } = await new TokenServiceClient(url).requestToken({ participant: 'Anna', exercise: 'simulation_entretien' });
  const lease = await new TokenServiceClient(url, { serviceToken: SERVICE_TOKEN }).claim(session, 'job');
  expect(lease).toMatchObject({ term: 1, past: [], session: { id: session, room, exercise: { id: 'simulation_entretien' } } });
});

it.each([
  ['UNAUTHORIZED', (client: TokenServiceClient) => client.claim('any', 'job')],
  ['EXERCISE_UNKNOWN', (client: TokenServiceClient) => client.requestToken({ exercise: 'karaoke' })],
  ['REQUEST_INVALID', (client: TokenServiceClient) => client.requestToken({ room: 'a b' })],
])('meets %s as the error it was', async (code, call) => {
  await expect(call(new TokenServiceClient(url))).rejects.toMatchObject({ name: 'CodedError', code });
});

it('meets a session that there is not', async () => {
  await expect(new TokenServiceClient(url, { serviceToken: SERVICE_TOKEN }).claim('none', 'job')).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  await expect(new TokenServiceClient(url, { serviceToken: 'a wrong one' }).claim('none', 'job')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

it('lists the exercises and tells the health, also while the service is down', async () => {
  const client = new TokenServiceClient(url);
  expect((await client.exercises()).exercises).toHaveLength(2);
  expect((await client.health()).parts['livekit']?.status).toBe('ok');
  await livekit.stop();
  expect(await client.health()).toMatchObject({ status: 'down' });
  await expect(client.requestToken({})).rejects.toMatchObject({ code: 'LIVEKIT_UNREACHABLE', retryable: true });
});

it('says that nobody is there', async () => {
  await expect(new TokenServiceClient('http://127.0.0.1:1').exercises()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(new TokenServiceClient('http://127.0.0.1:1').health()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
