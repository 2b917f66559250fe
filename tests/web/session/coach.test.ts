import { describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES } from '../../../protocol/room.ts';
import { readCoach } from '../../../web/src/session/coach.ts';

describe('readCoach', () => {
  it('is absent where nobody is', () => {
    expect(readCoach(undefined)).toEqual({ state: 'absent', persona: undefined, leads: undefined, phase: undefined, endsAt: undefined, stage: undefined, degraded: [] });
  });

  it('reads all that the agent says of itself', () => {
    const attributes = {
      'lk.agent.state': 'thinking',
      [COACH_ATTRIBUTES.coach]: 'scripted',
      [COACH_ATTRIBUTES.persona]: 'Marie',
      [COACH_ATTRIBUTES.phase]: 'Faire connaissance',
      [COACH_ATTRIBUTES.endsAt]: '1700000000000',
      [COACH_ATTRIBUTES.stage]: 'paused',
      [COACH_ATTRIBUTES.degraded]: 'stt,llm',
    };
    expect(readCoach(attributes)).toEqual({ state: 'thinking', persona: 'Marie', leads: 'scripted', phase: 'Faire connaissance', endsAt: 1_700_000_000_000, stage: 'paused', degraded: ['stt', 'llm'] });
  });

  it('takes what it does not know for not said', () => {
    const attributes = { 'lk.agent.state': 'initializing', [COACH_ATTRIBUTES.endsAt]: 'soon', [COACH_ATTRIBUTES.stage]: 'dancing', [COACH_ATTRIBUTES.degraded]: 'knees', [COACH_ATTRIBUTES.coach]: 'ghost' };
    expect(readCoach(attributes)).toMatchObject({ state: 'preparing', endsAt: undefined, stage: undefined, degraded: [], leads: undefined });
  });
});
