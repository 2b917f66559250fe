import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { invitationsOf, credentialsOf } from '../../../core/credentials.ts';
import type { ErrorBody } from '../../../core/errors.ts';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import type { InvitationReply, InvitationView } from '../../../protocol/invitation.ts';
import type { App } from '../../../token-service/services.ts';
import { LEARNER } from '../../support/credentials.ts';
import { exercisesFolder } from '../../support/exercises-folder.ts';
import { buildTokenService, SERVICE_TOKEN, type TokenServiceOptions } from '../../support/token-service.ts';

const HOUR = 3_600_000;
const EXERCISE = 'simulation_entretien';
const keys = { serviceToken: SERVICE_TOKEN };
const open: App[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function service(options: TokenServiceOptions = {}): Promise<{ app: App; clock: ManualClock; author: Record<string, string> }> {
  const clock = new ManualClock();
  const app = await buildTokenService({ clock, ...options });
  open.push(app);
  return { app, clock, author: { authorization: `Bearer ${await credentialsOf(keys, clock).sign({ role: 'author' }, clock.wall() + 10_000 * HOUR)}` } };
}

const invite = (app: App, payload: object, headers: Record<string, string>) => app.inject({ method: 'POST', url: '/invitations', payload, headers });
const look = (app: App, token: string) => app.inject(`/invitations/${token}`);
const codeOf = ({ body }: { body: string }): string => (JSON.parse(body) as ErrorBody).error.code;

describe('an author', () => {
  it('invites to an exercise, for a week', async () => {
    const { app, clock, author } = await service();
    const reply = (await invite(app, { exercise: EXERCISE }, { ...author, host: 'localhost:7881' })).json<InvitationReply>();
    expect(reply).toMatchObject({ exercise: EXERCISE, link: `http://localhost:7881/#invitation=${reply.invitation}`, expiresAt: new Date(clock.wall() + 168 * HOUR).toISOString() });
    expect(reply.invitation.length).toBeLessThan(300);
    expect((await look(app, reply.invitation)).json<InvitationView>()).toEqual({
      exercise: (await app.inject(`/exercises/${EXERCISE}`)).json<ExerciseView>(),
      expiresAt: reply.expiresAt,
    });
  });

  it('says for how long', async () => {
    const { app, clock, author } = await service();
    const { invitation } = (await invite(app, { exercise: EXERCISE, hours: 2 }, author)).json<InvitationReply>();
    clock.advance(2 * HOUR);
    expect((await look(app, invitation)).statusCode).toBe(200);
    clock.advance(6 * 60_000);
    expect([(await look(app, invitation)).statusCode, codeOf(await look(app, invitation))]).toEqual([403, 'INVITATION_INVALID']);
  });

  it.each([
    ['asked through a proxy on this machine', { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'coach.example:7443' }, undefined, 'https://coach.example:7443/#'],
    ['naming the public host', { host: '127.0.0.1:7881' }, 'coach.example', 'https://coach.example/#'],
    ['naming a port of this machine', { host: 'coach.example' }, 'localhost:7881', 'http://localhost:7881/#'],
  ])('gets a link that others can open: %s', async (_how, headers, host, base) => {
    const { app, author } = await service();
    const { link } = (await invite(app, { exercise: EXERCISE, ...(host === undefined ? {} : { host }) }, { ...author, ...headers })).json<InvitationReply>();
    expect(link.startsWith(base), link).toBe(true);
  });

  it.each([
    ['an exercise that is not there', { exercise: 'karaoke' }, 404, 'EXERCISE_UNKNOWN'],
    ['a path', { exercise: '../etc/passwd' }, 400, 'REQUEST_INVALID'],
    ['no time', { exercise: EXERCISE, hours: 0 }, 400, 'REQUEST_INVALID'],
    ['more than a year', { exercise: EXERCISE, hours: 8_761 }, 400, 'REQUEST_INVALID'],
    ['half an hour', { exercise: EXERCISE, hours: 0.5 }, 400, 'REQUEST_INVALID'],
    ['a link to a script', { exercise: EXERCISE, host: 'x/"><script>' }, 400, 'REQUEST_INVALID'],
    ['a link with somebody else’s path', { exercise: EXERCISE, host: 'evil.example/#' }, 400, 'REQUEST_INVALID'],
    ['more than it takes', { exercise: EXERCISE, role: 'operator' }, 400, 'REQUEST_INVALID'],
    ['64 kB', { exercise: 'x'.repeat(65_536) }, 413, 'BODY_TOO_LARGE'],
  ])('does not invite to %s', async (_what, payload, status, code) => {
    const { app, author } = await service();
    const reply = await invite(app, payload, author);
    expect([reply.statusCode, codeOf(reply)]).toEqual([status, code]);
  });
});

it.each([
  ['nothing of ours', 'x'], ['a text of 1000 characters', 'x'.repeat(1_000)], ['a forged one', 'eyJhbGciOiJub25lIn0.eyJleGVyY2lzZSI6InNpbXVsYXRpb25fZW50cmV0aWVuIn0.'],
])('tells strangers nothing about %s', async (_what, token) => {
  const { app } = await service();
  const reply = await look(app, token);
  expect([reply.statusCode, codeOf(reply)]).toEqual([403, 'INVITATION_INVALID']);
});

it('tells strangers nothing about what was signed for another purpose, or elsewhere', async () => {
  const { app, clock } = await service();
  const credential = await credentialsOf(keys, clock).sign({ role: 'learner', sub: LEARNER, exercise: EXERCISE }, clock.wall() + HOUR);
  const foreign = await invitationsOf({ serviceToken: 'another' }, clock).sign({ exercise: EXERCISE }, clock.wall() + HOUR);
  for (const token of [credential, foreign, SERVICE_TOKEN]) expect(codeOf(await look(app, token))).toBe('INVITATION_INVALID');
});

it.each(['x'.repeat(1_025), 'x'.repeat(10_000), '%3Cscript%3E', 'a%2Fb', '%00'])('refuses what no invitation can be: %#', async (token) => {
  const { app } = await service();
  const reply = await look(app, token);
  expect([reply.statusCode, codeOf(reply)]).toEqual([400, 'REQUEST_INVALID']);
  expect(reply.body.length).toBeLessThan(500);
});

it('says that the exercise of an invitation is gone', async () => {
  const exercises = exercisesFolder(EXERCISE, 'conversation_libre_marie');
  const { app, author } = await service({ exercises });
  const { invitation } = (await invite(app, { exercise: EXERCISE }, author)).json<InvitationReply>();
  rmSync(join(exercises, `${EXERCISE}.json`));
  expect([(await look(app, invitation)).statusCode, codeOf(await look(app, invitation))]).toEqual([404, 'EXERCISE_UNKNOWN']);
});
