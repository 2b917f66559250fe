import { describe, expect, test, vi } from 'vitest';
import { ExerciseTimer } from '../../agent/exercise-timer.ts';
import { ManualClock } from '../../core/clock.ts';

describe('the exercise timer', () => {
  test('ends after its duration, pauses not counted', () => {
    const clock = new ManualClock();
    const onEnd = vi.fn();
    const timer = new ExerciseTimer({ clock, duration: 60_000, onEnd });
    timer.run();
    clock.advance(20_000);
    timer.pause();
    clock.advance(600_000);
    expect(timer.remaining).toBe(40_000);
    timer.run();
    timer.run();
    expect(timer.endsAt).toBe(clock.wall() + 40_000);
    clock.advance(39_999);
    expect(onEnd).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
});
