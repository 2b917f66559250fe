import { describe, expect, it } from 'vitest';
import { admit, type AdmissionRequest, type Pass } from '../../../token-service/access/admission.ts';
import type { ShownCredential } from '../../../token-service/access/caller.ts';
import { LEARNER } from '../../support/credentials.ts';

const shownBy = (caller: ShownCredential['caller']): ShownCredential => ({ caller, by: 'cookie', issuedAt: 0, expiresAt: 500 });
const learner = shownBy({ role: 'learner', id: LEARNER });
const guest = shownBy({ role: 'learner', id: LEARNER, exercise: 'interview' });
const invitation: Pass = { exercise: 'pitch', expiresAt: 900 };
const ask = (request: Partial<AdmissionRequest>) => admit({ learners: 'anyone', shown: undefined, invitation: undefined, exercise: undefined, ...request });

const code = (request: Partial<AdmissionRequest>): unknown => {
  try {
    return ask(request);
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('where anyone may come', () => {
  it('a stranger is somebody new each time', () => {
    const [first, second] = [ask({ exercise: 'pitch' }), ask({ exercise: 'pitch' })];
    expect(first).toEqual({ id: expect.stringMatching(/^[A-Za-z0-9_-]{16}$/) as string, exercise: 'pitch', guest: undefined });
    expect(first.id).not.toBe(second.id);
  });

  it('a learner is the same one', () => {
    expect(ask({ shown: learner, exercise: 'pitch' })).toEqual({ id: LEARNER, exercise: 'pitch', guest: undefined });
  });
});

describe('where one comes by invitation', () => {
  const learners = 'invited';

  it('a stranger is told so', () => {
    expect(code({ learners })).toBe('INVITATION_NEEDED');
  });

  it('a stranger with an invitation is its guest', () => {
    expect(ask({ learners, invitation })).toMatchObject({ exercise: 'pitch', guest: invitation });
  });

  it.each([learner, shownBy({ role: 'author' }), shownBy({ role: 'operator' }), shownBy({ role: 'service' })])('who is known comes without: %j', (shown) => {
    expect(ask({ learners, shown, exercise: 'pitch' })).toMatchObject({ exercise: 'pitch', guest: undefined });
  });
});

describe('an invitation', () => {
  it('is to its own exercise', () => {
    expect(ask({ shown: learner, invitation })).toEqual({ id: LEARNER, exercise: 'pitch', guest: undefined });
    expect(ask({ shown: learner, invitation, exercise: 'pitch' }).exercise).toBe('pitch');
    for (const shown of [undefined, learner, guest]) expect(code({ shown, invitation, exercise: 'interview' })).toBe('FORBIDDEN');
  });
});

describe('a guest', () => {
  it('does the one exercise, until the end of the invitation', () => {
    const pass = { exercise: 'interview', expiresAt: 500 };
    expect(ask({ shown: guest })).toEqual({ id: LEARNER, exercise: 'interview', guest: pass });
    expect(ask({ shown: guest, learners: 'invited', exercise: 'interview' })).toEqual({ id: LEARNER, exercise: 'interview', guest: pass });
    expect(code({ shown: guest, exercise: 'pitch' })).toBe('FORBIDDEN');
  });

  it('becomes the guest of another invitation, and stays the same learner', () => {
    expect(ask({ shown: guest, invitation })).toEqual({ id: LEARNER, exercise: 'pitch', guest: invitation });
  });
});
