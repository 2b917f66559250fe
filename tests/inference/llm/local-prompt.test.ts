import { describe, expect, test } from 'vitest';
import { fitPrompt, toHistory, type PlainMessage } from '../../../inference/llm/local-prompt.ts';

/** A token a letter. */
const encode = (messages: readonly PlainMessage[]): string[] => messages.flatMap(({ text }) => Array.from(text));
const talk = (turns: number): PlainMessage[] => [{ role: 'system', text: 'Tu es Marie.' }, ...Array.from({ length: turns }, (_, i): PlainMessage => ({ role: i % 2 ? 'assistant' : 'user', text: `tour ${String(i).padStart(3, '0')};` }))];
const fitted = (turns: number, room: number): string | undefined => fitPrompt(talk(turns), room, encode)?.join('');

describe('a conversation that grows', () => {
  test('stays whole while there is room', () => {
    expect(fitted(3, 100)).toBe('Tu es Marie.tour 000;tour 001;tour 002;');
  });

  test('loses its oldest turns, never the instructions nor the last one', () => {
    expect(fitted(21, 100)).toBe(`Tu es Marie.${Array.from({ length: 5 }, (_, i) => `tour 0${i + 16};`).join('')}`);
    expect(fitted(5, 21)).toBe('Tu es Marie.tour 004;');
  });

  test('loses them in blocks: what is evaluated is good for some turns', () => {
    const begins = Array.from({ length: 40 }, (_, turn) => fitted(turn + 1, 120)?.slice(12, 21));
    expect(new Set(begins).size).toBeLessThanOrEqual(6);
  });

  test('is too long when the instructions and the last turn are', () => {
    expect(fitted(5, 20)).toBeUndefined();
    expect(fitPrompt([{ role: 'system', text: 'long' }], 3, encode)).toBeUndefined();
  });
});

test('the reply is written after the last message', () => {
  expect(toHistory([...talk(2)])).toEqual([
    { type: 'system', text: 'Tu es Marie.' },
    { type: 'user', text: 'tour 000;' },
    { type: 'model', response: ['tour 001;'] },
    { type: 'model', response: [] },
  ]);
});
