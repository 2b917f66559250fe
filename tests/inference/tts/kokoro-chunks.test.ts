import { describe, expect, it } from 'vitest';
import { audibleFrames, faded } from '../../../inference/tts/kokoro-process.ts';

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

describe('faded', () => {
  it('goes from what the chunk before made of it to what it is', () => {
    const sound = faded(new Float32Array(4).fill(1), new Float32Array(6).fill(-1));
    expect([...sound]).toEqual([0.75, 0.25, -0.25, -0.75, -1, -1]);
  });

  it('leaves the first chunk, and one shorter than the fade, as long as they are', () => {
    expect([...faded(new Float32Array(0), Float32Array.of(0.5, 1))]).toEqual([0.5, 1]);
    expect(faded(new Float32Array(4), Float32Array.of(1))).toHaveLength(1);
  });
});
