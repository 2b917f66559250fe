import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, systemClock, type Clock } from '../../../core/clock.ts';
import { credentialsOf, invitationsOf } from '../../../core/credentials.ts';
import type { ErrorBody } from '../../../core/errors.ts';
import type { LearnerReply } from '../../../protocol/invitation.ts';
import type { App } from '../../../token-service/services.ts';
import { badBearers, bearers, LEARNER } from '../../support/credentials.ts';
import { buildTokenService, SERVICE_TOKEN } from '../../support/token-service.ts';

const DAY = 24 * 3_600_000;
const keys = { serviceToken: SERVICE_TOKEN };
const clock = new ManualClock();
const credentials = credentialsOf(keys, clock);
const open: App[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function service(learners: 'anyone' | 'invited' = 'anyone', time: Clock = clock): Promise<App> {
  const app = await buildTokenService({ clock: time, adjust: (config) => ({ ...config, tokenService: { ...config.tokenService, learners } }) });
  open.push(app);
  return app;
}

const post = (app: App, payload: string | object = {}, headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: '/learners', payload, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const later = (ms: number): string => new Date(clock.wall() + ms).toISOString();

async function given(app: App, payload: object = {}, headers: Record<string, string> = {}): Promise<LearnerReply> {
  const reply = await post(app, payload, headers);
  expect(reply.statusCode, reply.body).toBe(200);
  expect([reply.headers['cache-control'], reply.cookies]).toEqual(['no-store', []]);
  return reply.json();
}

describe('an app', () => {
  it('is given somebody to be, for a year', async () => {
    const app = await service();
    const [anna, boris] = [await given(app), await given(app)];
    expect(anna).toEqual({ learner: expect.stringMatching(/^[A-Za-z0-9_-]{16}$/) as string, token: expect.any(String) as string, expiresAt: later(365 * DAY) });
    expect(await credentials.read(anna.token)).toMatchObject({ claims: { role: 'learner', sub: anna.learner } });
    expect(boris.learner).not.toBe(anna.learner);
  });

  it('stays who it is when it asks with its bearer', async () => {
    const app = await service('invited');
    const anna = await credentials.sign({ role: 'learner', sub: LEARNER }, clock.wall() + DAY);
    expect(await given(app, {}, bearer(anna))).toMatchObject({ learner: LEARNER, expiresAt: later(365 * DAY) });
  });

  it('is not given a bearer for a browser’s cookie: scripts could ask as well', async () => {
    const app = await service('invited');
    const cookie = await credentials.sign({ role: 'learner', sub: LEARNER, exercise: 'simulation_entretien' }, clock.wall() + DAY);
    const { learner, token, expiresAt } = await given(app, {}, { cookie: `eloquence_learner=${cookie}` });
    expect(learner).not.toBe(LEARNER);
    expect(expiresAt).toBe(later(DAY));
    expect((await credentials.read(token))?.claims).toEqual({ role: 'learner', sub: learner, exercise: 'simulation_entretien' });
  });

  it('is a guest by an invitation, until it ends', async () => {
    const app = await service('invited');
    const invitation = await invitationsOf(keys, clock).sign({ exercise: 'simulation_entretien' }, clock.wall() + DAY);
    const guest = await given(app, { invitation });
    expect(guest.expiresAt).toBe(later(DAY));
    // Asking again does not make more of it.
    expect(await given(app, {}, bearer(guest.token))).toMatchObject({ learner: guest.learner, expiresAt: later(DAY) });
  });
});

it('strangers come by invitation where that is so', async () => {
  const reply = await post(await service('invited'));
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([401, 'INVITATION_NEEDED']);
});

it('refuses an invitation that is none', async () => {
  const reply = await post(await service(), { invitation: 'a.b.c' });
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([403, 'INVITATION_INVALID']);
});

it('refuses bearers that are not good', async () => {
  const app = await service('anyone', systemClock);
  for (const token of Object.values(await badBearers({ role: 'learner', sub: LEARNER }))) expect((await post(app, {}, bearer(token))).statusCode).toBe(401);
});

it('makes no learner of staff and services', async () => {
  const app = await service();
  const { service: ours } = await bearers();
  expect((await given(app, {}, bearer(ours))).learner).toMatch(/^.{16}$/);
});

it.each([
  ['no body', '', 400], ['a list', '[]', 400], ['a text', '"x"', 400], ['an id of one’s own', { learner: LEARNER }, 400], ['an exercise', { exercise: 'x' }, 400],
  ['a role', { role: 'operator' }, 400], ['an invitation of 2 kB', { invitation: 'x'.repeat(2_000) }, 400], ['64 kB', { invitation: 'x'.repeat(65_536) }, 413],
  ['an invitation with markup', { invitation: '<b>' }, 400], ['a poisoned prototype', '{"__proto__":{"role":"operator"}}', 400],
])('refuses %s', async (_what, payload, status) => {
  const reply = await post(await service(), payload, { 'content-type': 'application/json' });
  expect([reply.statusCode, reply.json<ErrorBody>().error.code]).toEqual([status, status === 413 ? 'BODY_TOO_LARGE' : 'REQUEST_INVALID']);
});
