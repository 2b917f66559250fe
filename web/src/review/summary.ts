import type { Line } from '../transcript/transcript.ts';

/** What this page itself knows of a session that is over. */
export interface Summary {
  /** By which the service keeps it; `undefined` where it gave none. */
  readonly session: string | undefined;
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
