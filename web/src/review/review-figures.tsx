import type { SessionReview } from '../../../protocol/session-review.ts';
import { useMessages } from '../messages/messages.ts';
import { duration } from '../ui/duration.ts';
import { Figures } from './figures.tsx';
import { rounded } from './measures.ts';

/** The learner's own speech in figures: plain ones, that anybody could count again. */
export function ReviewFigures({ review: { session, measures } }: { review: SessionReview }) {
  const { review: words, language } = useMessages();
  const { pace, share, pauses } = rounded(measures);
  const tooLittle = <span className="too-little">{words.tooLittle}</span>;
  return (
    <Figures
      figures={[
        { name: words.duration, value: duration(session.seconds * 1_000) },
        { name: words.words, value: session.words },
        { name: words.pace, value: pace ?? tooLittle, detail: pace === undefined ? undefined : words.paceUnit },
        { name: words.pauses, value: pauses?.count ?? tooLittle, detail: pauses && pauses.count > 0 ? words.pausesLongest(pauses.longestSeconds.toLocaleString(language)) : undefined },
        { name: words.share, value: share === undefined ? tooLittle : <Share percent={share} />, wide: true },
      ]}
    />
  );
}

function Share({ percent }: { percent: number }) {
  const { review: words } = useMessages();
  return (
    <>
      <span className="share" aria-hidden="true"><span style={{ width: `${percent}%` }} /></span>
      <span className="share-words"><span>{words.shareYou(percent)}</span> <span>{words.shareCoach(100 - percent)}</span></span>
    </>
  );
}
