import { expect, test } from 'vitest';
import { Seats } from '../../agent/seats.ts';
import { ManualClock } from '../../core/clock.ts';

/** An order whose room starts when the test says so. */
function order(id: string) {
  const started = Promise.withResolvers<undefined>();
  const answers: string[] = [];
  return {
    id,
    answers,
    started,
    accept: async () => {
      answers.push('accepted');
      await started.promise;
    },
    reject: () => Promise.resolve(void answers.push('rejected')),
  };
}

test('a burst is taken up to the maximum, rooms that run and that start alike', async () => {
  let running = 1;
  const seats = new Seats({ running: () => running, maximum: 3, clock: new ManualClock() });
  const orders = ['a', 'b', 'c', 'd'].map(order);
  const taken = orders.map((one) => seats.take(one));
  expect(orders.map(({ answers }) => answers)).toEqual([['accepted'], ['accepted'], ['rejected'], ['rejected']]);
  expect(seats.load).toBe(1);

  running = 2;
  orders[0]?.started.resolve(undefined);
  await taken[0];
  expect(seats.load).toBe(1);
  running = 1;
  const late = order('e');
  void seats.take(late);
  expect(late.answers).toEqual(['accepted']);
});

test('an order that never becomes a room gives its seat back', () => {
  const clock = new ManualClock();
  const seats = new Seats({ running: () => 0, maximum: 1, clock });
  void seats.take(order('a'));
  expect(seats.load).toBe(1);
  clock.advance(60_000);
  expect(seats.load).toBe(0);
});
