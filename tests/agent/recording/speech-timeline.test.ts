import { describe, expect, test } from 'vitest';
import { SpeechTimeline } from '../../../agent/recording/speech-timeline.ts';

const FRAME = 10;

describe('the timeline of a stream of sound', () => {
  test('begins when its first frame began, and goes on without gaps through network jitter', () => {
    const timeline = new SpeechTimeline();
    const arrivals = [1_010, 1_020, 1_130, 1_131, 1_132, 1_140];
    expect(arrivals.map((now) => timeline.place(FRAME, now))).toEqual([1_000, 1_010, 1_020, 1_030, 1_040, 1_050]);
    expect(timeline.wallAt(25)).toBe(1_025);
  });

  test('has a gap where nothing came for a while: what follows lies where it was said', () => {
    const timeline = new SpeechTimeline();
    for (let frame = 1; frame <= 100; frame += 1) timeline.place(FRAME, 5_000 + frame * FRAME);
    // Muted for four seconds.
    expect(timeline.place(FRAME, 10_010)).toBe(10_000);
    timeline.place(FRAME, 10_020);
    expect(timeline.wallAt(990)).toBe(5_990);
    expect(timeline.wallAt(1_000)).toBe(10_000);
    expect(timeline.wallAt(1_015)).toBe(10_015);
  });

  test('forgets gaps that are long past, and still tells where the latest sound lies', () => {
    const timeline = new SpeechTimeline();
    for (let gap = 0; gap < 1_000; gap += 1) timeline.place(FRAME, (gap + 1) * 1_000);
    expect(timeline.wallAt(999 * FRAME)).toBe(1_000_000 - FRAME);
    expect(timeline.wallAt(0)).toBeLessThan(1_000_000);
  });
});
