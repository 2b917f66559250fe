import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Breaker, type BreakerState } from '../../core/breaker.ts';

const works = (): Promise<string> => Promise.resolve('works');
const fails = (): Promise<never> => Promise.reject(new Error('fails'));
const aborted = (): Promise<never> => Promise.reject(new DOMException('left', 'AbortError'));

async function failTimes(breaker: Breaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await expect(breaker.run(fails)).rejects.toThrow('fails');
}

describe('Breaker', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('opens after three failures in a row, and calls nothing then', async () => {
    const breaker = new Breaker({ name: 'engine' });
    await failTimes(breaker, 2);
    await breaker.run(works);
    await failTimes(breaker, 2);
    expect(breaker.state).toBe('closed');
    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    const work = vi.fn(works);
    await expect(breaker.run(work)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { engine: 'engine' } });
    expect(work).not.toHaveBeenCalled();
  });

  it('lets one call decide after 30 s, and no second beside it', async () => {
    const breaker = new Breaker({ name: 'engine' });
    await failTimes(breaker, 3);
    vi.setSystemTime(Date.now() + 30_000);
    const trial = Promise.withResolvers<string>();
    const first = breaker.run(() => trial.promise);
    expect(breaker.state).toBe('half-open');
    await expect(breaker.run(works)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    trial.resolve('works');
    expect(await first).toBe('works');
    expect(breaker.state).toBe('closed');
  });

  it('rests again when the trial fails', async () => {
    const states: BreakerState[] = [];
    const breaker = new Breaker({ name: 'engine', failures: 1, halfOpenAfter: 1_000 });
    breaker.onState((state) => states.push(state));
    await failTimes(breaker, 1);
    vi.setSystemTime(Date.now() + 1_000);
    await failTimes(breaker, 1);
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('counts no call that its caller has aborted', async () => {
    const breaker = new Breaker({ name: 'engine' });
    for (let i = 0; i < 5; i++) await expect(breaker.run(aborted)).rejects.toThrow('left');
    expect(breaker.state).toBe('closed');
  });
});
