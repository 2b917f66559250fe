import { expect, it } from 'vitest';
import { AudioTail } from '../../../inference/stt/audio-tail.ts';

const counting = (from: number, to: number): Int16Array => Int16Array.from({ length: to - from }, (_, i) => from + i);

it('finds samples by their place in the stream', () => {
  const tail = new AudioTail(100_000);
  for (let from = 0; from < 30_000; from += 7_500) tail.append(counting(from, from + 7_500));
  tail.dropBefore(12_345);
  tail.append(counting(30_000, 32_000));
  expect([tail.start, tail.end]).toEqual([12_345, 32_000]);
  expect(tail.slice(29_990, 30_010)).toEqual(counting(29_990, 30_010));
  expect(tail.slice(0, 12_350)).toEqual(counting(12_345, 12_350));
  expect(tail.slice(31_990, 99_999)).toEqual(counting(31_990, 32_000));
});

it('loses the oldest when it is full', () => {
  const tail = new AudioTail(1_000);
  for (let from = 0; from < 5_000; from += 500) tail.append(counting(from, from + 500));
  expect([tail.start, tail.end]).toEqual([4_000, 5_000]);
  expect(tail.slice(4_000, 4_002)).toEqual(counting(4_000, 4_002));
});
