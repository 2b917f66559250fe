import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rounds } from '../../../inference/tts/chunk-plan.ts';

/** Lengths, round by round. */
const lengths = (frames: number, threads: number, patient = false): number[][] => [...rounds({ from: 5, to: 5 + frames }, { threads, patient })].map((round) => round.map(({ from, to }) => to - from));

describe('rounds', () => {
  it('cover an utterance without gap or overlap, with no chunk too short or too long, and none that waits for more than it has', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.integer({ min: 1, max: 8 }), fc.boolean(), (frames, threads, patient) => {
        let at = 5;
        for (const round of rounds({ from: 5, to: 5 + frames }, { threads, patient })) {
          expect(round.length).toBeLessThanOrEqual(threads);
          for (const { from, to } of round) {
            expect(from).toBe(at);
            expect(to - from).toBeLessThan((patient ? 24 : 64) + 12);
            if (frames >= 12) expect(to - from).toBeGreaterThanOrEqual(12);
            at = to;
          }
        }
        expect(at).toBe(5 + frames);
      }),
    );
  });

  it('begin short, then give each thread as much as the others', () => {
    expect(lengths(456, 2)).toEqual([[16, 24], [52, 52], [52, 52], [52, 52], [52, 52]]);
    expect(lengths(136, 2)).toEqual([[16, 24], [48, 48]]);
    expect(lengths(64, 2)).toEqual([[16, 24], [12, 12]]);
    expect(lengths(400, 4)).toEqual([[16, 24, 32, 48], [35, 35, 35, 35], [35, 35, 35, 35]]);
  });

  it('grow on one thread, so that the next is there before the last is heard', () => {
    expect(lengths(200, 1)).toEqual([[16], [31], [51], [51], [51]]);
  });

  it('stay short where nobody waits', () => {
    expect(lengths(96, 2, true)).toEqual([[24, 24], [24, 24]]);
  });

  it('leave no crumb at the end', () => {
    expect(lengths(27, 2)).toEqual([[27]]);
    expect(lengths(28, 2)).toEqual([[16, 12]]);
    expect(lengths(0, 2)).toEqual([]);
    expect(lengths(3, 2)).toEqual([[3]]);
  });
});
