import { describe, expect, it } from 'vitest';
import { patience } from '../../../web/src/session/patience.ts';
import type { Line } from '../../../web/src/transcript/transcript.ts';

const said = (changes: Partial<Line>): Line => ({ id: '1', who: 'learner', how: 'voice', text: 'Bonjour', state: 'said', at: 0, until: 0, ...changes });
const listening = { state: 'listening', stage: 'running' } as const;

describe('patience', () => {
  it('says that there is still no connection after a minute and a half', () => {
    const cut = { coach: { state: 'absent', stage: undefined }, lines: [], absentSince: undefined, cutSince: 1_000 } as const;
    expect(patience({ ...cut, now: 90_999 })).toBe('fine');
    expect(patience({ ...cut, now: 91_000 })).toBe('connection-late');
  });

  it('says that the coach is away after ten seconds', () => {
    const away = { coach: { state: 'absent', stage: undefined }, lines: [], absentSince: 1_000, cutSince: undefined } as const;
    expect(patience({ ...away, now: 10_999 })).toBe('fine');
    expect(patience({ ...away, now: 11_000 })).toBe('coach-absent');
  });

  it('says that the coach is silent a minute after the learner’s last words', () => {
    const waiting = { coach: listening, lines: [said({ at: 0, until: 30_000 })], absentSince: undefined, cutSince: undefined };
    expect(patience({ ...waiting, now: 89_999 })).toBe('fine');
    expect(patience({ ...waiting, now: 90_000 })).toBe('coach-silent');
  });

  it.each([
    ['the coach had the last word', { coach: listening, lines: [said({}), said({ who: 'coach' })] }],
    ['the learner still speaks', { coach: listening, lines: [said({ state: 'growing' })] }],
    ['the coach speaks', { coach: { ...listening, state: 'speaking' as const }, lines: [said({})] }],
    ['the learner has asked for a pause', { coach: { ...listening, stage: 'paused' as const }, lines: [said({})] }],
    ['nobody has said anything', { coach: listening, lines: [] }],
  ])('says nothing while %s', (_when, { coach, lines }) => {
    expect(patience({ coach, lines, absentSince: undefined, cutSince: undefined, now: 1_000_000 })).toBe('fine');
  });
});
