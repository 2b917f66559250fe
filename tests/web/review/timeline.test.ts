import { describe, expect, it } from 'vitest';
import type { ReviewRecording, ReviewTurn } from '../../../protocol/session-review.ts';
import { rounded } from '../../../web/src/review/measures.ts';
import { isHeard, placeOf, sentenceAt } from '../../../web/src/review/timeline.ts';

const recording = (url: string, startedAt: number, durationMs: number): ReviewRecording => ({ url, startedAt, durationMs });
const first = recording('1', 1_000, 5_000);
const second = recording('2', 10_000, 5_000);
const sentence = (text: string, at: number, durationMs: number) => ({ text, at, durationMs });

describe('the sound of a session', () => {
  it('lies as many seconds into its recording as it came after its beginning', () => {
    expect(placeOf([first, second], 3_500)).toEqual({ recording: first, seconds: 2.5 });
    expect(placeOf([first, second], 10_000)).toEqual({ recording: second, seconds: 0 });
  });

  it('is looked for in the next recording where none holds it', () => {
    expect(placeOf([first, second], 0)).toEqual({ recording: first, seconds: 0 });
    expect(placeOf([first, second], 8_000)).toEqual({ recording: second, seconds: 0 });
    expect(placeOf([first, second], 15_000)).toBeUndefined();
  });

  it('is there for a sentence that a recording holds', () => {
    expect(isHeard([first], sentence('a', 1_000, 10))).toBe(true);
    expect(isHeard([first], sentence('a', 999, 10))).toBe(false);
    expect(isHeard([first], sentence('a', 6_000, 10))).toBe(false);
    expect(isHeard([], sentence('a', 1_000, 10))).toBe(false);
  });

  it('belongs to the sentence that was being said', () => {
    const said = [sentence('un', 1_000, 500), sentence('deux', 1_500, 500)];
    const turn: ReviewTurn = { who: 'coach', how: 'voice', at: 1_000, durationMs: 1_000, sentences: said, words: [], interrupted: false };
    expect(sentenceAt([turn], 1_499)?.text).toBe('un');
    expect(sentenceAt([turn], 1_500)?.text).toBe('deux');
    expect(sentenceAt([turn], 2_000)).toBeUndefined();
  });
});

describe('measures', () => {
  it('are whole numbers, and absent where they are not known', () => {
    expect(rounded({ wordsPerMinute: 131.6, talkShare: 0.584, pauses: { count: 3, perMinute: 1, longestMs: 1_849, ratio: 0.1 } }))
      .toEqual({ pace: 132, share: 58, pauses: { count: 3, longestSeconds: 1.8 } });
    expect(rounded({})).toEqual({ pace: undefined, share: undefined, pauses: undefined });
  });
});
