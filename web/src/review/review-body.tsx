import type { SessionReview } from '../../../protocol/session-review.ts';
import { useMessages } from '../messages/messages.ts';
import { ReplayBar } from './replay-bar.tsx';
import { ReviewFigures } from './review-figures.tsx';
import { ToldTurns } from './told-turns.tsx';
import { useReplay } from './use-replay.ts';

/** A session as the service has it: figures, the conversation, and its sound where it was recorded. */
export function ReviewBody({ review }: { review: SessionReview }) {
  const { review: words } = useMessages();
  const { recordings, turns } = review;
  const replay = useReplay(recordings);
  return (
    <>
      <section aria-labelledby="speech" className="told">
        <h2 id="speech">{words.speech}</h2>
        <ReviewFigures review={review} />
      </section>
      <section className="told" aria-labelledby="said">
        <h2 id="said">{words.transcript}</h2>
        {turns.length === 0
          ? <p className="hint">{words.nothing}</p>
          : (
            <>
              <p className="hint">{recordings.length > 0 ? words.replayHint : words.notRecorded}</p>
              <ToldTurns review={review} replay={replay} />
              <ReplayBar recordings={recordings} replay={replay} />
            </>
          )}
      </section>
    </>
  );
}
