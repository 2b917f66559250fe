import { describe, expect, it } from 'vitest';
import { audibleFrames, chunks } from '../../../inference/tts/kokoro-process.ts';

describe('chunks', () => {
  it.each([0, 1, 11, 12, 32, 43, 44, 45, 80, 240, 241, 1_000])('cover %d frames without gap or overlap', (frames) => {
    let at = 5;
    for (const { from, to } of chunks({ from: 5, to: 5 + frames })) {
      expect(from).toBe(at);
      expect(to).toBeGreaterThan(from);
      at = to;
    }
    expect(at).toBe(5 + frames);
  });

  it('begin short and grow', () => {
    expect([...chunks({ from: 0, to: 500 })].map(({ from, to }) => to - from)).toEqual([32, 48, 64, 96, 96, 96, 68]);
  });

  it('leave no crumb at the end', () => {
    expect([...chunks({ from: 0, to: 43 })]).toEqual([{ from: 0, to: 43 }]);
    expect([...chunks({ from: 0, to: 44 })]).toHaveLength(2);
  });
});

describe('audibleFrames', () => {
  it('leave out the silence of the padding', () => {
    expect(audibleFrames({ durations: [40, 10, 10, 12, 2] })).toEqual({ from: 28, to: 60 });
  });

  it('cut no more than what is surely silent', () => {
    expect(audibleFrames({ durations: [4, 10, 50, 50] })).toEqual({ from: 0, to: 98 });
    expect(audibleFrames({ durations: [40] })).toEqual({ from: 28, to: 28 });
    expect(audibleFrames({ durations: [] })).toEqual({ from: 0, to: 0 });
  });
});
