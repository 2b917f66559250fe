import { expect, test } from 'vitest';
import { ReadMessages } from '../../agent/read-messages.ts';
import { coachTurn, learnerTurn } from '../sessions/test-events.ts';

test('a message that comes once more is read once', () => {
  const read = new ReadMessages([]);
  expect([read.seen('a'), read.seen('a'), read.seen('b')]).toEqual([false, true, false]);
});

test('one without an id is read each time, and so is one with an id that is none of ours', () => {
  const read = new ReadMessages([]);
  const long = 'x'.repeat(65);
  expect([undefined, undefined, long, long].map((id) => read.seen(id))).toEqual([false, false, false, false]);
});

test('what an earlier coach answered was read; what it left unanswered was not', () => {
  const typed = (seq: number, message: string) => learnerTurn(seq, { source: 'text', message });
  const read = new ReadMessages([typed(1, 'answered'), coachTurn(2), typed(3, 'left')]);
  expect([read.seen('answered'), read.seen('left'), read.seen('left')]).toEqual([true, false, true]);
});
