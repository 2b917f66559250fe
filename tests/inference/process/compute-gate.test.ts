import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComputeGate, PRIORITY, type Priority } from '../../../inference/process/compute-gate.ts';

interface Job {
  readonly name: string;
  readonly priority: Priority;
  readonly room?: string;
}

/** Lets the jobs wait behind one that runs, then tells in which order they ran. */
async function orderOf(jobs: readonly Job[], slots = 1): Promise<string[]> {
  const gate = new ComputeGate(slots);
  const hold = Promise.withResolvers<undefined>();
  const holding = Array.from({ length: slots }, () => gate.run(PRIORITY.finalTranscript, () => hold.promise));
  const ran: string[] = [];
  const done = jobs.map(({ name, priority, room }) =>
    gate.run(priority, () => {
      ran.push(name);
      return Promise.resolve();
    }, undefined, room));
  hold.resolve(undefined);
  await Promise.all([...holding, ...done]);
  return ran;
}

const priorities = fc.constantFrom(...Object.values(PRIORITY));

describe('the compute gate', () => {
  it('never runs more at once than it has slots, runs each once, and the more urgent first', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(fc.record({ priority: priorities, room: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }) }), { maxLength: 30 }), async (slots, wanted) => {
      const gate = new ComputeGate(slots);
      const hold = Promise.withResolvers<undefined>();
      const holding = Array.from({ length: slots }, () => gate.run(PRIORITY.rest, () => hold.promise));
      let running = 0;
      const ran: Priority[] = [];
      const done = wanted.map(({ priority, room }) => gate.run(priority, async () => {
        running += 1;
        expect(running).toBeLessThanOrEqual(slots);
        ran.push(priority);
        await Promise.resolve();
        running -= 1;
      }, undefined, room));
      hold.resolve(undefined);
      await Promise.all([...holding, ...done]);
      expect(ran).toEqual(ran.toSorted((a, b) => a - b));
      expect(ran.toSorted()).toEqual(wanted.map(({ priority }) => priority).toSorted());
      expect(gate.waiting).toBe(0);
    }));
  });

  it('serves rooms in turn, however much one of them asks for', async () => {
    const rest = PRIORITY.rest;
    const greedy = ['a1', 'a2', 'a3', 'a4'].map((name) => ({ name, priority: rest, room: 'a' }));
    expect(await orderOf([...greedy, { name: 'b1', priority: rest, room: 'b' }, { name: 'c1', priority: rest, room: 'c' }, { name: 'b2', priority: rest, room: 'b' }])).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('lets a room that comes late have its share and no more', async () => {
    const gate = new ComputeGate(1);
    const ran: string[] = [];
    const unit = (room: string): Promise<void> => gate.run(PRIORITY.rest, () => {
      ran.push(room);
      return Promise.resolve();
    }, undefined, room);
    const hold = Promise.withResolvers<undefined>();
    const holding = gate.run(PRIORITY.rest, () => hold.promise);
    const old = Array.from({ length: 20 }, () => unit('old'));
    hold.resolve(undefined);
    await old[9];
    await Promise.all([holding, ...old, ...Array.from({ length: 5 }, () => unit('new'))]);
    const since = ran.slice(ran.indexOf('new'));
    expect(since.slice(0, 8).filter((room) => room === 'old').length).toBeGreaterThanOrEqual(3);
  });

  it('expects a wait only where there is one', async () => {
    const gate = new ComputeGate(1);
    expect(gate.backlogMs(PRIORITY.firstClause)).toBe(0);
    const hold = Promise.withResolvers<undefined>();
    const holding = gate.run(PRIORITY.rest, () => hold.promise);
    const one = gate.backlogMs(PRIORITY.firstClause);
    const waiting = gate.run(PRIORITY.firstClause, () => Promise.resolve());
    expect(one).toBeGreaterThan(0);
    expect(gate.backlogMs(PRIORITY.firstClause)).toBeGreaterThan(one);
    expect(gate.backlogMs(PRIORITY.finalTranscript)).toBeLessThan(gate.backlogMs(PRIORITY.rest));
    hold.resolve(undefined);
    await Promise.all([holding, waiting]);
    expect(gate.backlogMs(PRIORITY.rest)).toBe(0);
  });
});
