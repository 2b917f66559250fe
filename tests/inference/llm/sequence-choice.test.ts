import { expect, test } from 'vitest';
import { chooseSequence } from '../../../inference/llm/sequence-choice.ts';

test.each([
  ['a conversation goes on where it was', [{ shared: 0, length: 0 }, { shared: 400, length: 420 }], 1],
  ['of two that begin alike, in its own', [{ shared: 300, length: 500 }, { shared: 480, length: 500 }], 1],
  ['a new conversation takes an empty one', [{ shared: 5, length: 110 }, { shared: 0, length: 0 }], 1],
  ['... also when it has the instructions in common with another', [{ shared: 600, length: 1000 }, { shared: 0, length: 0 }], 1],
  ['... and where there is none, the one not used for longest', [{ shared: 5, length: 110 }, { shared: 9, length: 800 }], 0],
  ['an answer that was cut short is its own conversation still', [{ shared: 0, length: 0 }, { shared: 300, length: 450 }], 1],
])('%s', (_what, candidates, place) => {
  expect(chooseSequence(candidates)).toBe(place);
});
