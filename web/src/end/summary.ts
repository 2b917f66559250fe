import type { Line } from '../transcript/transcript.ts';

/** What is left of a session when it is over. */
export interface Summary {
  readonly lines: readonly Line[];
  /** Unix ms of joining and leaving. */
  readonly from: number;
  readonly to: number;
}

/** Words of the learner, spoken and typed. */
export function learnerWords(lines: readonly Line[], language: string): number {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  const own = lines.filter(({ who }) => who === 'learner');
  return own.reduce((sum, { text }) => sum + [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).length, 0);
}
