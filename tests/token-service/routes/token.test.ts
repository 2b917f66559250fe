import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { credentialsOf, invitationsOf } from '../../../core/credentials.ts';
import type { ErrorBody } from '../../../core/errors.ts';
import type { TokenReply } from '../../../protocol/token.ts';
import type { App } from '../../../token-service/services.ts';
import { badBearers, bearerOf, bearers, LEARNER } from '../../support/credentials.ts';
import { startLiveKit, type LiveKitServer } from '../../support/livekit-server.ts';
import { buildTokenService, SERVICE_TOKEN, type TokenServiceOptions } from '../../support/token-service.ts';

const DAY = 24 * 3_600_000;
const ANNA = { role: 'learner', sub: LEARNER } as const;
const [FREE, INTERVIEW] = ['conversation_libre_marie', 'simulation_entretien'];

let livekit: LiveKitServer;
const open: App[] = [];
beforeAll(async () => {
  livekit = await startLiveKit();
});
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});
afterAll(() => livekit.stop());

async function service(options: TokenServiceOptions = {}): Promise<App> {
  const app = await buildTokenService({ livekit, ...options });
  open.push(app);
  return app;
}

const invitedOnly = (options: TokenServiceOptions = {}): Promise<App> =>
  service({ ...options, adjust: (config) => ({ ...config, tokenService: { ...config.tokenService, learners: 'invited' } }) });

const post = (app: App, payload: object, headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: '/token', payload, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface SetCookie { name: string; value: string; maxAge: number; httpOnly?: boolean; sameSite?: string; secure?: boolean; path?: string }

/** What came of it: who one is, to what, and what the browser is given to keep. */
async function ask(app: App, payload: object = {}, headers: Record<string, string> = {}) {
  const reply = await post(app, payload, headers);
  expect(reply.statusCode, reply.body).toBe(200);
  const [cookie] = reply.cookies as SetCookie[];
  const claims = decodeJwt<{ name: string; attributes?: Record<string, string>; metadata?: string; video: { room: string } }>(reply.json<TokenReply>().token);
  return { claims, learner: claims.sub?.slice(-16), cookie, sent: cookie && { cookie: `${cookie.name}=${cookie.value}` } };
}
const codeOf = async (app: App, payload: object, headers?: Record<string, string>) => (await post(app, payload, headers)).json<ErrorBody>().error.code;
const invitation = (exercise: string, lifetime = DAY): Promise<string> => invitationsOf({ serviceToken: SERVICE_TOKEN }).sign({ exercise }, Date.now() + lifetime);

describe('the cookie', () => {
  it('is for this site’s pages and no script, for a year', async () => {
    const clock = new ManualClock();
    const { cookie, learner } = await ask(await service({ clock }));
    expect(cookie).toMatchObject({ name: 'eloquence_learner', httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 365 * DAY / 1_000 });
    expect(cookie?.secure).toBeUndefined();
    expect(await credentialsOf({ serviceToken: SERVICE_TOKEN }, clock).read(cookie?.value ?? '')).toMatchObject({ claims: { role: 'learner', sub: learner } });
  });

  it('is sent by TLS alone where it was given by TLS', async () => {
    expect((await ask(await service(), {}, { 'x-forwarded-proto': 'https' })).cookie?.secure).toBe(true);
  });

  it('is given anew after half its life', async () => {
    const clock = new ManualClock();
    const app = await service({ clock });
    const first = await ask(app);
    clock.advance(180 * DAY);
    expect((await ask(app, {}, first.sent)).cookie).toBeUndefined();
    clock.advance(5 * DAY);
    const again = await ask(app, {}, first.sent);
    expect(again.learner).toBe(first.learner);
    clock.advance(300 * DAY);
    expect((await ask(app, {}, again.sent)).learner).toBe(first.learner);
    expect((await ask(app, {}, first.sent)).learner).not.toBe(first.learner);
  });

  it('that is not good counts as none', async () => {
    const app = await service();
    for (const value of Object.values(await badBearers(ANNA))) {
      const { learner, cookie } = await ask(app, {}, { cookie: `eloquence_learner=${value}` });
      expect(learner).not.toBe(LEARNER);
      expect(cookie).toBeDefined();
    }
  });

  it('is not given with a refusal', async () => {
    const app = await service();
    for (const payload of [{ exercise: 'karaoke' }, { invitation: 'x' }]) expect((await post(app, payload)).cookies).toEqual([]);
  });
});

describe('a bearer', () => {
  it('says who one is, and needs no cookie', async () => {
    const { learner, cookie } = await ask(await service(), {}, bearer(await bearerOf(ANNA)));
    expect([learner, cookie]).toEqual([LEARNER, undefined]);
  });

  it('counts for more than a cookie', async () => {
    const app = await service();
    const { sent } = await ask(app);
    expect((await ask(app, {}, { ...sent, ...bearer(await bearerOf(ANNA)) })).learner).toBe(LEARNER);
  });

  it('that is not good is refused, whatever the cookie', async () => {
    const app = await service();
    const { sent } = await ask(app);
    for (const token of Object.values(await badBearers(ANNA))) expect(await codeOf(app, {}, { ...sent, ...bearer(token) })).toBe('UNAUTHORIZED');
  });

  it('of staff and services opens a room for somebody new', async () => {
    const app = await invitedOnly();
    const { author, operator, service: ours } = await bearers();
    const learners = [];
    for (const token of [author, operator, ours]) {
      const { learner, cookie } = await ask(app, {}, bearer(token));
      expect(cookie).toBeUndefined();
      learners.push(learner);
    }
    expect(new Set(learners).size).toBe(3);
  });
});

describe('where one comes by invitation', () => {
  it('strangers are told so, learners are let in', async () => {
    const app = await invitedOnly();
    const stranger = await post(app, { exercise: FREE });
    expect([stranger.statusCode, stranger.json<ErrorBody>().error.code, stranger.cookies]).toEqual([401, 'INVITATION_NEEDED', []]);
    expect((await ask(app, { exercise: FREE }, bearer(await bearerOf(ANNA)))).learner).toBe(LEARNER);
    expect((await ask(app, { exercise: FREE }, { cookie: `eloquence_learner=${await bearerOf(ANNA)}` })).learner).toBe(LEARNER);
  });

  it('a guest does the one exercise until the invitation ends', async () => {
    const clock = new ManualClock();
    const app = await invitedOnly({ clock });
    const pass = await invitationsOf({ serviceToken: SERVICE_TOKEN }, clock).sign({ exercise: INTERVIEW }, clock.wall() + 2 * DAY);
    const guest = await ask(app, { invitation: pass });
    expect(guest.cookie?.maxAge).toBe(2 * DAY / 1_000);
    const again = await ask(app, {}, guest.sent);
    expect([again.learner, again.cookie]).toEqual([guest.learner, undefined]);
    expect(await codeOf(app, { exercise: FREE }, guest.sent)).toBe('FORBIDDEN');
    clock.advance(2 * DAY + 6 * 60_000);
    expect(await codeOf(app, { exercise: INTERVIEW }, guest.sent)).toBe('INVITATION_NEEDED');
    expect(await codeOf(app, { invitation: pass }, guest.sent)).toBe('INVITATION_INVALID');
  });
});

describe('an invitation', () => {
  it('chooses the exercise, and stands against another', async () => {
    const app = await service();
    const pass = await invitation(INTERVIEW);
    const { learner, sent } = await ask(app, { invitation: pass });
    expect(await codeOf(app, { invitation: pass, exercise: FREE })).toBe('FORBIDDEN');
    // A guest who is invited to more goes on as the same learner.
    const more = await ask(app, { invitation: await invitation(FREE, 2 * DAY) }, sent);
    expect(more.learner).toBe(learner);
    expect(await codeOf(app, { exercise: INTERVIEW }, more.sent)).toBe('FORBIDDEN');
  });

  it('leaves a learner a learner', async () => {
    const app = await service();
    const { sent, learner } = await ask(app);
    const invited = await ask(app, { invitation: await invitation(INTERVIEW) }, sent);
    expect([invited.learner, invited.cookie]).toEqual([learner, undefined]);
    expect((await ask(app, { exercise: FREE }, sent)).learner).toBe(learner);
  });

  it('that is none is refused', async () => {
    const app = await service();
    const foreign = await invitationsOf({ serviceToken: 'another' }).sign({ exercise: INTERVIEW }, Date.now() + DAY);
    for (const token of ['x', 'a.b.c', foreign, await invitation(INTERVIEW, -DAY), await bearerOf(ANNA), SERVICE_TOKEN, '<script>']) {
      const reply = await post(app, { invitation: token });
      expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([403, 'INVITATION_INVALID']);
    }
    expect(await codeOf(app, { invitation: 'x'.repeat(1_025) })).toBe('REQUEST_INVALID');
  });
});

describe('the LiveKit token', () => {
  it('was valid five minutes before it was made, for a media server whose clock is behind', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const { claims } = await ask(await service());
    const after = Math.ceil(Date.now() / 1_000);
    expect(claims.nbf).toBeGreaterThanOrEqual(before - 300);
    expect(claims.nbf).toBeLessThanOrEqual(after - 300);
    expect((claims.exp ?? 0) - (claims.nbf ?? 0)).toBe(3_600 + 300);
  });

  it.each([[true, { 'eloquence.record': 'yes' }], [false, undefined], [undefined, undefined]])('says that its holder agrees to be recorded when it is so: %s', async (record, attributes) => {
    const { claims } = await ask(await service(), { ...(record === undefined ? {} : { record }) });
    expect(claims.attributes).toEqual(attributes);
  });

  it('has the holder’s own attributes beside, and none that are ours', async () => {
    const app = await service();
    const { claims } = await ask(app, { record: true, participant_attributes: { level: 'B1' } });
    expect(claims.attributes).toEqual({ level: 'B1', 'eloquence.record': 'yes' });
    for (const key of ['eloquence.record', 'lk.agent_name', 'eloquence.stage']) expect(await codeOf(app, { participant_attributes: { [key]: 'yes' } })).toBe('REQUEST_INVALID');
    expect(await codeOf(app, { record: 'yes' })).toBe('REQUEST_INVALID');
  });
});
