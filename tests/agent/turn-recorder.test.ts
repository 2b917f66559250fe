import { describe, expect, test } from 'vitest';
import { TurnRecorder } from '../../agent/turn-recorder.ts';

const word = (text: string, start: number) => ({ word: text, start, end: start + 0.2, conf: 1 });

describe('the turn recorder', () => {
  test('counts times from the first word of the turn and joins the stretches of one turn', () => {
    const recorder = new TurnRecorder();
    recorder.final([word('je', 12), word('parle', 12.3)]);
    recorder.final([word('vite', 14)]);
    expect(recorder.take().words.map(({ word: text, start }) => [text, start])).toEqual([['je', 0], ['parle', 0.3], ['vite', 2]]);
  });

  test('a preflight counts until the learner speaks on, and is replaced by its final', () => {
    const recorder = new TurnRecorder();
    recorder.preflight([word('bon', 1)]);
    expect(recorder.peek()).toHaveLength(1);
    recorder.spokeOn();
    expect(recorder.peek()).toHaveLength(0);
    recorder.preflight([word('bonjour', 1)]);
    recorder.final([word('bonjour', 1), word('Marie', 1.5)]);
    expect(recorder.take().words.map(({ word: text }) => text)).toEqual(['bonjour', 'Marie']);
    expect(recorder.take()).toEqual({ words: [], startedAt: undefined });
  });

  test('keeps what has not been answered for the answer, and writes each turn down once', () => {
    const recorder = new TurnRecorder();
    recorder.final([word('au', 3), word('fait', 3.5)]);
    expect(recorder.take()).toMatchObject({ words: [{ start: 0 }, { start: 0.5 }], startedAt: 3_000 });
    recorder.final([word('pardon', 6)]);
    expect(recorder.peek().map(({ word: text, start }) => [text, start])).toEqual([['au', 0], ['fait', 0.5], ['pardon', 3]]);
    expect(recorder.take().words.map(({ word: text, start }) => [text, start])).toEqual([['pardon', 0]]);
    recorder.answered();
    expect(recorder.peek()).toEqual([]);
  });
});
