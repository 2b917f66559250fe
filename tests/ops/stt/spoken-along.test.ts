import { expect, it } from 'vitest';
import { afterSpeech, partialLag, type Told } from '../../../ops/stt/spoken-along.ts';

const words = (...all: [string, number][]): { word: string; start: number; end: number; conf: number }[] => all.map(([word, end]) => ({ word, start: 0, end, conf: 1 }));
const RESULT = words(['Bonjour,', 0.4], ['Marie.', 0.9]);

const TOLD: Told[] = [
  { at: 700, message: { partial: 'bonjour' } },
  { at: 800, message: { preflight: 'Bonjour ma', result: [] } },
  { at: 1_000, message: { partial: 'bonjour' } },
  { at: 1_150, message: { preflight: 'Bonjour, Marie.', result: RESULT } },
  { at: 1_300, message: { text: 'Bonjour, Marie.', result: RESULT } },
  { at: 2_500, message: { text: 'Oui.', result: words(['Oui.', 2]) } },
];

it('counts from the end of speech to the transcript that stood, and to the result', () => {
  expect(afterSpeech(TOLD.slice(0, 5), 900)).toEqual({ transcript: [250], result: [400], withdrawn: 1 });
  expect(afterSpeech(TOLD.slice(5), 2_000)).toEqual({ transcript: [500], result: [500], withdrawn: 0 });
});

it('counts from the end of each word to the first message that shows it about there', () => {
  expect(partialLag(TOLD)).toEqual([300, 250, 500]);
});
