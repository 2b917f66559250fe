import type { ReviewMeasures } from '../../../protocol/session-review.ts';

/** Measures as they are shown: whole numbers; one that there was too little speech for is absent. */
export function rounded({ wordsPerMinute, talkShare, pauses }: ReviewMeasures) {
  return {
    pace: wordsPerMinute === undefined ? undefined : Math.round(wordsPerMinute),
    share: talkShare === undefined ? undefined : Math.round(talkShare * 100),
    pauses: pauses === undefined ? undefined : { count: pauses.count, longestSeconds: Math.round(pauses.longestMs / 100) / 10 },
  };
}
