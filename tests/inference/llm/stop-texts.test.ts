import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopTexts } from '../../../inference/llm/stop-texts.ts';

function run(pieces: readonly string[], stops: readonly string[]): { text: string; stopped: boolean } {
  const end = new StopTexts(stops);
  let said = '';
  for (const piece of pieces) {
    const { text, stopped } = end.push(piece);
    said += text;
    if (stopped) return { text: said, stopped };
  }
  return { text: said + end.end(), stopped: false };
}

test('ends before the text, though it comes in pieces', () => {
  expect(run(['Bonjour. Fi', 'n', ' et suite'], ['Fin'])).toEqual({ text: 'Bonjour. ', stopped: true });
  expect(run(['Bonjour. Fi', 'lm'], ['Fin'])).toEqual({ text: 'Bonjour. Film', stopped: false });
  expect(run(['abc'], [])).toEqual({ text: 'abc', stopped: false });
});

test('however a text is cut, it ends at the first of the stops', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(fc.property(fc.array(letters), fc.array(letters.filter((stop) => stop !== ''), { maxLength: 3 }), (pieces, stops) => {
    const whole = pieces.join('');
    // The stop that is complete first, and of those the one that began first.
    const complete = Math.min(...stops.filter((stop) => whole.includes(stop)).map((stop) => whole.indexOf(stop) + stop.length));
    const { text, stopped } = run(Array.from(whole), stops);
    expect(stopped).toBe(Number.isFinite(complete));
    expect(whole.startsWith(text)).toBe(true);
    expect(stops.some((stop) => text.includes(stop))).toBe(false);
    if (!stopped) expect(text).toBe(whole);
  }));
});
