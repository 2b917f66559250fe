import { describe, expect, it } from 'vitest';
import { delay, ManualClock, systemClock } from '../../core/clock.ts';

describe('the manual clock', () => {
  it('fires timers in the order of their time, each at its own', () => {
    const clock = new ManualClock();
    const fired: [string, number][] = [];
    clock.after(20, () => fired.push(['late', clock.now()]));
    clock.after(10, () => fired.push(['early', clock.now()]));
    clock.advance(15);
    expect(fired).toEqual([['early', 10]]);
    clock.advance(5);
    expect(fired).toEqual([['early', 10], ['late', 20]]);
    expect(clock.now()).toBe(20);
  });

  it('fires what a timer sets on the way', () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    clock.after(10, () => clock.after(10, () => fired.push(clock.now())));
    clock.advance(30);
    expect(fired).toEqual([20]);
  });

  it('forgets a cancelled timer', () => {
    const clock = new ManualClock();
    const cancel = clock.after(10, () => expect.unreachable());
    cancel();
    clock.advance(100);
  });

  it('tells wall time that moves with it', () => {
    const clock = new ManualClock();
    const before = clock.wall();
    clock.advance(1_000);
    expect(clock.wall() - before).toBe(1_000);
  });
});

describe('delay', () => {
  it('resolves when its time has come', async () => {
    const clock = new ManualClock();
    let over = false;
    const waiting = delay(10, { clock }).then(() => (over = true));
    clock.advance(9);
    await Promise.resolve();
    expect(over).toBe(false);
    clock.advance(1);
    await waiting;
    expect(over).toBe(true);
  });

  it('rejects with the reason of its signal, before or during', async () => {
    const clock = new ManualClock();
    const reason = new Error('enough');
    await expect(delay(10, { clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = delay(10, { clock, signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('leaves no listener at the signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counting = new Proxy(signal, {
      get(target, name) {
        if (name === 'addEventListener') return (...args: Parameters<AbortSignal['addEventListener']>) => { listeners++; target.addEventListener(...args); };
        if (name === 'removeEventListener') return (...args: Parameters<AbortSignal['removeEventListener']>) => { listeners--; target.removeEventListener(...args); };
        return Reflect.get(target, name, target) as unknown;
      },
    });
    await delay(0, { signal: counting });
    expect(listeners).toBe(0);
  });
});

describe('the system clock', () => {
  it('moves on, and calls back unless cancelled', async () => {
    const before = systemClock.now();
    systemClock.after(0, () => expect.unreachable())();
    await new Promise<void>((resolve) => void systemClock.after(1, resolve));
    expect(systemClock.now()).toBeGreaterThan(before);
    expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(10_000);
  });
});
