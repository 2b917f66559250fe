import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FateWatch } from '../../../web/src/session/fate-watch.ts';
import type { Fate } from '../../../web/src/session/fate.ts';

describe('the watch over a session', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** In a session, of which the service says `says.fate`. */
  const entered = async (fate: Fate | undefined) => {
    const says = { fate };
    const ask = vi.fn(() => Promise.resolve(says.fate));
    const onOver = vi.fn();
    const watch = new FateWatch(ask, onOver);
    watch.enter('s1');
    await vi.advanceTimersByTimeAsync(0);
    return { says, ask, onOver, watch };
  };

  it('looks every five seconds as long as the coach is away', async () => {
    const { ask, watch } = await entered('running');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
    watch.handleCoach({ absent: true });
    watch.handleCoach({ absent: true });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ask).toHaveBeenCalledTimes(3);
    watch.handleCoach({ absent: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('says that a session is erased which the service had told of', async () => {
    const { says, onOver, watch } = await entered('running');
    says.fate = 'refused';
    await watch.look();
    expect(onOver.mock.calls).toEqual([['erased']]);
  });

  it('takes no refusal for an end where the service never told anything', async () => {
    const { onOver, watch } = await entered('refused');
    await watch.look();
    expect(onOver).not.toHaveBeenCalled();
    // Another session, another answer.
    watch.enter('s2');
    await watch.look();
    expect(onOver).not.toHaveBeenCalled();
  });

  it.each(['finished', 'closed'] as const)('says that a session has ended (%s)', async (fate) => {
    const { onOver } = await entered(fate);
    expect(onOver.mock.calls).toEqual([[fate]]);
  });

  it('goes on where nobody can tell, and is silent once it is stopped', async () => {
    const { says, ask, onOver, watch } = await entered(undefined);
    watch.handleCoach({ absent: true });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onOver).not.toHaveBeenCalled();
    says.fate = 'closed';
    const late = watch.look();
    watch.stop();
    await late;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onOver).not.toHaveBeenCalled();
    expect(ask).toHaveBeenCalledTimes(3);
  });
});
