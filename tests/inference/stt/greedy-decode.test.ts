import { expect, it } from 'vitest';
import { repetition } from '../../../inference/stt/greedy-decode.ts';

it('lets people say no three times', () => {
  expect(repetition([5, 9, 9, 9, 9])).toBe(0);
  expect(repetition([1, 2, 3, 1, 2, 3, 1, 2, 3])).toBe(0);
});

it('knows a loop, and keeps its first round', () => {
  expect(repetition([5, ...new Array<number>(9).fill(9)])).toBe(8);
  expect(repetition([5, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2])).toBe(8);
  const phrase = [1, 2, 3, 4, 5, 6, 7];
  expect(repetition([9, ...phrase, ...phrase, ...phrase, ...phrase])).toBe(21);
});

it('knows a whole sentence again', () => {
  const sentence = Array.from({ length: 30 }, (_, token) => token);
  expect(repetition([...sentence, ...sentence, ...sentence])).toBe(0);
  expect(repetition([99, ...sentence, ...sentence, ...sentence, ...sentence])).toBe(90);
});

it('looks at the end only', () => expect(repetition([...new Array<number>(9).fill(9), 5])).toBe(0));
