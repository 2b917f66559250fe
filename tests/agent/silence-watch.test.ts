import { describe, expect, test, vi } from 'vitest';
import { SilenceWatch } from '../../agent/silence-watch.ts';
import { ManualClock } from '../../core/clock.ts';

describe('the silence watch', () => {
  const setUp = () => {
    const clock = new ManualClock();
    const onSilence = vi.fn();
    return { clock, onSilence, watch: new SilenceWatch({ clock, after: 8_000, onSilence }) };
  };

  test('speaks up after the silence has lasted, and again while it goes on', () => {
    const { clock, onSilence, watch } = setUp();
    watch.begin();
    clock.advance(7_999);
    expect(onSilence).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onSilence).toHaveBeenCalledTimes(1);
    clock.advance(8_000);
    expect(onSilence).toHaveBeenCalledTimes(2);
  });

  test('starts anew when silence begins anew and stops when somebody speaks', () => {
    const { clock, onSilence, watch } = setUp();
    watch.begin();
    clock.advance(5_000);
    watch.begin();
    clock.advance(5_000);
    watch.end();
    clock.advance(60_000);
    expect(onSilence).not.toHaveBeenCalled();
  });

  test('may be ended by whom it tells', () => {
    const { clock, onSilence, watch } = setUp();
    onSilence.mockImplementation(() => watch.end());
    watch.begin();
    clock.advance(60_000);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });
});
