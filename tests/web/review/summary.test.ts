import { expect, it } from 'vitest';
import { learnerWords } from '../../../web/src/review/summary.ts';
import type { Line } from '../../../web/src/transcript/transcript.ts';
import { duration } from '../../../web/src/ui/duration.ts';

const line = (who: Line['who'], text: string): Line => ({ id: text, who, how: 'voice', text, state: 'said', at: 0, until: 0 });

it('counts the learner’s words, not the coach’s and not the signs', () => {
  expect(learnerWords([line('coach', 'Et vous ?'), line('learner', 'Moi ? Très bien, merci !'), line('learner', '…')], 'fr')).toBe(4);
});

it('shows a duration in minutes and seconds', () => {
  expect([-5, 0, 59_400, 60_000, 754_000].map(duration)).toEqual(['0:00', '0:00', '0:59', '1:00', '12:34']);
});
