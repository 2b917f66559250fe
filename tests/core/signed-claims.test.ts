import { base64url, SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { credentialsOf, invitationLink, invitationsOf, type Credential } from '../../core/credentials.ts';

const MINUTE = 60_000;
const keys = { serviceToken: 'the service token of this installation' };
const anna: Credential = { role: 'learner', sub: 'aaaaBBBB11112222' };
const clock = new ManualClock();
const credentials = credentialsOf(keys, clock);
const signed = (claims: Credential = anna, lifetime = 60 * MINUTE): Promise<string> => credentials.sign(claims, clock.wall() + lifetime);

describe('a credential', () => {
  it.each<Credential>([anna, { ...anna, exercise: 'simulation_entretien' }, { role: 'author' }, { role: 'operator' }])('is read as it was signed: %j', async (claims) => {
    expect(await credentials.read(await signed(claims))).toEqual({ claims, issuedAt: clock.wall(), expiresAt: clock.wall() + 60 * MINUTE });
  });

  it('is nothing under another service token', async () => {
    expect(await credentialsOf({ serviceToken: 'another' }, clock).read(await signed())).toBeUndefined();
  });

  it('is no invitation, nor the other way round', async () => {
    const invitations = invitationsOf(keys, clock);
    expect(await invitations.read(await signed())).toBeUndefined();
    expect(await credentials.read(await invitations.sign({ exercise: 'karaoke' }, clock.wall() + MINUTE))).toBeUndefined();
  });

  it('is nothing under the service token itself', async () => {
    const jwt = await new SignJWT(anna).setProtectedHeader({ alg: 'HS256' }).setIssuer('eloquence').setAudience('credential').setIssuedAt().setExpirationTime('1h').sign(new TextEncoder().encode(keys.serviceToken));
    expect(await credentials.read(jwt)).toBeUndefined();
  });

  it.each([4, -4])('is good where clocks are %i minutes apart', async (minutes) => {
    const elsewhere = new ManualClock();
    elsewhere.advance(10 * MINUTE);
    const here = new ManualClock();
    here.advance((10 + minutes) * MINUTE);
    const token = await credentialsOf(keys, elsewhere).sign(anna, elsewhere.wall() + MINUTE);
    expect(await credentialsOf(keys, here).read(token)).toMatchObject({ claims: anna });
  });

  it('ends, five minutes of clock skew later', async () => {
    const later = new ManualClock();
    const token = await credentialsOf(keys, later).sign(anna, later.wall() + MINUTE);
    later.advance(6 * MINUTE - 1_000);
    expect(await credentialsOf(keys, later).read(token)).toBeDefined();
    later.advance(2_000);
    expect(await credentialsOf(keys, later).read(token)).toBeUndefined();
  });
});

/** Signs with the right key whatever it is given. */
function minted(claims: Record<string, unknown>, { alg = 'HS256', exp = clock.wall() / 1_000 + 60 }: { alg?: string; exp?: number | null } = {}): Promise<string> {
  const key = createHmac('sha256', keys.serviceToken).update('eloquence credential').digest();
  const jwt = new SignJWT(claims).setProtectedHeader({ alg }).setIssuer('eloquence').setAudience('credential').setIssuedAt(clock.wall() / 1_000);
  if (exp !== null) jwt.setExpirationTime(exp);
  return jwt.sign(alg === 'HS256' ? key : Buffer.concat([key, key]));
}

it.each([
  ['a role that nobody has', { role: 'admin' }],
  ['the role of services', { role: 'service' }],
  ['an id of another length', { role: 'learner', sub: 'short' }],
  ['an id with a slash', { role: 'learner', sub: 'aaaa/BBB11112222' }],
  ['no id', { role: 'learner' }],
  ['more than is known', { ...anna, admin: true }],
  ['an exercise that is a path', { ...anna, exercise: '../etc' }],
])('claims that are not ours count for nothing, though signed: %s', async (_what, claims) => {
  expect(await credentials.read(await minted(anna))).toBeDefined();
  expect(await credentials.read(await minted(claims))).toBeUndefined();
});

it('refuses another algorithm, and a life without end', async () => {
  expect(await credentials.read(await minted(anna, { alg: 'HS512' }))).toBeUndefined();
  expect(await credentials.read(await minted(anna, { exp: null }))).toBeUndefined();
});

it('takes any text for no credential, and throws at none', async () => {
  const [head, claims, signature] = (await signed()).split('.');
  const part = fc.oneof(fc.constantFrom(head, claims, signature, ''), fc.string(), fc.json().map((json) => base64url.encode(json)));
  await fc.assert(fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
    const text = parts.join('.');
    fc.pre(text !== [head, claims, signature].join('.'));
    expect(await credentials.read(text)).toBeUndefined();
  }), { numRuns: 300 });
});

it.each(['https://coach.example', 'https://coach.example/', 'https://coach.example//'])('an invitation’s link on %s has the invitation where no server sees it', (base) => {
  expect(invitationLink(base, 'abc')).toBe('https://coach.example/#invitation=abc');
});
