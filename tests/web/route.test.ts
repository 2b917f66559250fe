import { describe, expect, it } from 'vitest';
import { href, readRoute } from '../../web/src/route.ts';

describe('the address', () => {
  it.each([
    ['', { name: 'home' }],
    ['#', { name: 'home' }],
    ['#conversation_libre_marie', { name: 'exercise', id: 'conversation_libre_marie', room: undefined }],
    ['#100%', { name: 'exercise', id: '100%', room: undefined }],
    [href.exercise('entretien', 'room-1'), { name: 'exercise', id: 'entretien', room: 'room-1' }],
    [href.history, { name: 'history' }],
    [href.review('a b'), { name: 'review', session: 'a b' }],
    [href.invitation('abc.d=/'), { name: 'invitation', token: 'abc.d=/' }],
  ])('%s leads to its place', (hash, route) => {
    expect(readRoute(hash)).toEqual(route);
  });
});
