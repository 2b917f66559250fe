import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpeechLevel } from '../../../core/config.ts';
import { PRIORITY } from '../../../inference/process/compute-gate.ts';
import { choose } from '../../../inference/tts/choice.ts';
import type { SpeechEngine } from '../../../inference/tts/engine.ts';
import { Level } from '../../../inference/tts/level.ts';

interface Given {
  readonly enabled: boolean;
  readonly available: boolean;
  readonly ms: number;
  readonly backlog: number;
}

const NAMES: readonly SpeechLevel[] = ['kokoro', 'pico', 'espeak'];
const DEADLINE = 1_000;
const fine: Given = { enabled: true, available: true, ms: 100, backlog: 0 };

function level(name: SpeechLevel, { enabled, available, ms, backlog }: Given): Level {
  const engine: SpeechEngine = {
    name,
    available: () => available,
    backlogMs: () => backlog,
    ready: () => Promise.resolve(),
    synthesize: () => {
      throw new Error('nobody is to speak here');
    },
    close: () => Promise.resolve(),
  };
  const made = new Level(engine, { target: 100, deadline: DEADLINE });
  made.enabled = enabled;
  made.measured(ms, { first: true });
  return made;
}

const three = (...given: Given[]): Level[] => NAMES.map((name, index) => level(name, given[index] ?? fine));
const names = (levels: readonly Level[]): string[] => levels.map(({ name }) => name);
const FIRST = { priority: PRIORITY.firstClause, voice: 'ff_siwis', language: 'fr' };

describe('which level is asked', () => {
  it('is the best, where nothing speaks against it', () => {
    const { candidates, passed } = choose(three(), FIRST);
    expect([names(candidates), passed]).toEqual([['kokoro', 'pico', 'espeak'], []]);
  });

  it('is the best of those that make it by the time it is due; late is better than not at all', () => {
    const slow = three({ ...fine, ms: 400 }, { ...fine, backlog: 300 }, { ...fine, ms: 50 });
    expect(choose(slow, { ...FIRST, dueMs: 200 })).toMatchObject({ candidates: [{ name: 'espeak' }, { name: 'kokoro' }, { name: 'pico' }], passed: [{ level: 'kokoro', reason: 'late' }, { level: 'pico', reason: 'late' }] });
    expect(names(choose(slow, { ...FIRST, dueMs: 10 }).candidates)).toEqual(['kokoro', 'pico', 'espeak']);
  });

  it('stays the session’s own, also when another would be better or it is late', () => {
    expect(choose(three(), FIRST, 'pico')).toMatchObject({ candidates: [{ name: 'pico' }, { name: 'kokoro' }, { name: 'espeak' }], passed: [{ level: 'kokoro', reason: 'another voice' }] });
    expect(names(choose(three(fine, { ...fine, ms: 600 }), { ...FIRST, dueMs: 200 }, 'pico').candidates)[0]).toBe('pico');
  });

  it('is none that is off, not ready, avoided, or so busy that its deadline would pass', () => {
    const { candidates, passed } = choose(three({ ...fine, enabled: false }, { ...fine, backlog: DEADLINE }, { ...fine, available: false }), FIRST);
    expect(candidates).toEqual([]);
    expect(passed).toEqual([{ level: 'kokoro', reason: 'off' }, { level: 'pico', reason: 'busy' }, { level: 'espeak', reason: 'not ready' }]);
    expect(choose(three(), { ...FIRST, avoid: ['kokoro'] })).toMatchObject({ candidates: [{ name: 'pico' }, { name: 'espeak' }], passed: [{ level: 'kokoro', reason: 'avoided' }] });
  });

  it('has all the time it wants when rendered ahead', () => {
    expect(names(choose(three({ ...fine, backlog: 10 * DEADLINE }), { ...FIRST, priority: PRIORITY.ahead }).candidates)[0]).toBe('kokoro');
  });

  it('in any situation: each able level once, no other, and a reason for each better one that is not first', () => {
    const given = fc.record({ enabled: fc.boolean(), available: fc.boolean(), ms: fc.integer({ min: 0, max: 2_000 }), backlog: fc.integer({ min: 0, max: 2_000 }) });
    fc.assert(fc.property(fc.tuple(given, given, given), fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined }), fc.option(fc.constantFrom(...NAMES), { nil: undefined }), (situation, dueMs, own) => {
      const levels = three(...situation);
      const wish = { ...FIRST, dueMs };
      const { candidates, passed } = choose(levels, wish, own);
      const able = levels.filter((one) => one.refusal(wish) === undefined);
      expect(new Set(candidates)).toEqual(new Set(able));
      expect(candidates).toHaveLength(able.length);
      const first = candidates[0];
      expect(passed.map((one) => one.level)).toEqual(names(first === undefined ? levels : levels.slice(0, levels.indexOf(first))));
      const mine = able.find(({ name }) => name === own);
      if (mine !== undefined) expect(first).toBe(mine);
      else expect(first).toBe(able.find((one) => one.expectedMs(FIRST.priority) <= (dueMs ?? Infinity)) ?? able[0]);
    }));
  });
});

describe('what a level is expected to take', () => {
  it('is its target until it was measured, then the measurement, which newer ones move', () => {
    const one = new Level(level('pico', fine).engine, { target: 150, deadline: DEADLINE });
    expect(one.measuredMs).toBe(150);
    one.measured(400, { first: true });
    expect(one.measuredMs).toBe(400);
    one.measured(100);
    expect(one.measuredMs).toBeCloseTo(340);
  });
});
