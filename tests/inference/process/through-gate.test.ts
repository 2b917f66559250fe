import { expect, it } from 'vitest';
import { ComputeGate, PRIORITY, type Priority } from '../../../inference/process/compute-gate.ts';
import { throughGate } from '../../../inference/process/through-gate.ts';

/** Makes `count` items and writes down that it did, and when it was left. */
async function* maker(name: string, count: number, made: string[]): AsyncGenerator<string, void> {
  try {
    for (let i = 1; i <= count; i++) {
      await Promise.resolve();
      made.push(`${name}${i}`);
      yield `${name}${i}`;
    }
  } finally {
    made.push(`${name} left`);
  }
}

async function drain(items: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('gives way to the more urgent between two items', async () => {
  const gate = new ComputeGate(1);
  const made: string[] = [];
  const slow = drain(throughGate(maker('ahead', 4, made), { gate, priority: () => PRIORITY.ahead }));
  const urgent = drain(throughGate(maker('first', 2, made), { gate, priority: () => PRIORITY.firstClause }));
  expect(await slow).toHaveLength(4);
  expect(await urgent).toHaveLength(2);
  expect(made.indexOf('first2')).toBeLessThan(made.indexOf('ahead3'));
});

it('asks for the priority anew with each item', async () => {
  const asked: Priority[] = [];
  let priority: Priority = PRIORITY.ahead;
  const items = throughGate(maker('item', 3, []), {
    gate: new ComputeGate(1),
    priority: () => {
      asked.push(priority);
      return priority;
    },
  });
  await items.next();
  priority = PRIORITY.firstClause;
  await drain(items);
  expect(asked).toEqual([PRIORITY.ahead, PRIORITY.firstClause, PRIORITY.firstClause, PRIORITY.firstClause]);
});

it('ends what it pulls from when its own reader leaves, and frees the gate', async () => {
  const gate = new ComputeGate(1);
  const made: string[] = [];
  for await (const item of throughGate(maker('item', 9, made), { gate, priority: () => PRIORITY.rest })) if (item === 'item2') break;
  expect(made).toEqual(['item1', 'item2', 'item left']);
  await expect(gate.run(PRIORITY.rest, () => Promise.resolve('free'))).resolves.toBe('free');
});

it('stops waiting at the gate when aborted', async () => {
  const gate = new ComputeGate(1);
  const hold = Promise.withResolvers<undefined>();
  const holding = gate.run(PRIORITY.rest, () => hold.promise);
  const stop = new AbortController();
  const made: string[] = [];
  const waiting = drain(throughGate(maker('item', 3, made), { gate, priority: () => PRIORITY.rest, signal: stop.signal }));
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  hold.resolve(undefined);
  await holding;
  expect(made).toEqual([]);
  expect(gate.waiting).toBe(0);
});
