import { useState } from 'react';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import type { SessionReview } from '../../../protocol/session-review.ts';
import { Portrait } from '../coach/portrait.tsx';
import type { KnownExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import type { Ending } from '../session/link.ts';
import { failureWords } from '../ui/failure-words.ts';
import { Icon } from '../ui/icon.tsx';
import { dayAndTime } from '../ui/moment.ts';
import { Screen } from '../ui/screen.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { LocalBody } from './local-body.tsx';
import { Onward, type Head } from './onward.tsx';
import { ReviewBody } from './review-body.tsx';
import type { Summary } from './summary.ts';
import { useReview, type Reviewed } from './use-review.ts';
import './review-screen.css';

/** A session that ended on this page a moment ago. */
export interface Ended {
  readonly exercise: KnownExercise;
  readonly summary: Summary;
  readonly why: Ending;
  /** Where the same can be tried again. */
  readonly again: string;
}

interface Props {
  readonly session: string;
  readonly ended: Ended | undefined;
  readonly exercises: readonly ExerciseView[];
}

/** A session looked back at: right after it, first as this page heard it, then as the service has it; later from the history. */
export function ReviewScreen({ session, ended, exercises }: Props) {
  const messages = useMessages();
  const { review: words, end } = messages;
  const [attempt, setAttempt] = useState(0);
  const erased = ended?.why === 'erased';
  const nowhere = erased || (ended !== undefined && ended.summary.session === undefined);
  const reviewed = useReview(nowhere ? undefined : session, ended !== undefined, attempt);
  const review = reviewed.status === 'ready' && told(reviewed.review, ended) ? reviewed.review : undefined;
  const of = headOf(review, ended);
  return (
    <Screen width="narrow" title={ended ? end.title : words.title} before={!ended && <a className="back" href={href.history}><Icon name="back" />{messages.history}</a>}>
      {of && (
        <div className="review-head">
          <Portrait name={of.coach} />
          <p className="lead">
            <span lang={of.language}>{of.title}</span>
            <br /><small>{ended ? end.why[ended.why] : dayAndTime(of.startedAt, messages.language)}</small>
          </p>
        </div>
      )}
      {erased ? <p className="review-status" role="status">{words.erased}</p> : <Status reviewed={reviewed} ended={ended} onRetry={() => setAttempt(attempt + 1)} />}
      {review && <ReviewBody review={review} />}
      {!review && ended && !erased && <LocalBody exercise={ended.exercise} summary={ended.summary} />}
      <Onward of={of} review={review} again={ended?.again} exercises={exercises} />
    </Screen>
  );
}

/** The service may know of less than this page has heard. */
const told = ({ turns }: SessionReview, ended: Ended | undefined): boolean => turns.length > 0 || !ended || ended.summary.lines.length === 0;

function headOf(review: SessionReview | undefined, ended: Ended | undefined): Head | undefined {
  if (ended) return { ...ended.exercise, coach: ended.exercise.coach.name, startedAt: new Date(ended.summary.from).toISOString() };
  return review && { ...review.session.exercise, startedAt: review.session.startedAt };
}

/** Where the review stands, in words; nothing when it is there. */
function Status({ reviewed, ended, onRetry }: { reviewed: Reviewed; ended: Ended | undefined; onRetry: () => void }) {
  const messages = useMessages();
  const { review: words } = messages;
  if (reviewed.status === 'failed' && !ended) {
    const { message, fix, lang } = failureWords(reviewed.failure, messages);
    return (
      <Trouble message={`${words.failed} ${message}`} fix={fix} lang={lang}>
        <button type="button" onClick={onRetry}>{messages.retry}</button>
      </Trouble>
    );
  }
  return (
    <div className="review-status" role="status">
      {reviewed.status === 'loading' && <p>{ended ? words.preparing : messages.loading}</p>}
      {reviewed.status === 'failed' && <p>{words.unavailable} <button type="button" className="quiet" onClick={onRetry}>{messages.retry}</button></p>}
      {reviewed.status === 'ready' && reviewed.review.session.room !== undefined && <p>{words.running}</p>}
    </div>
  );
}
