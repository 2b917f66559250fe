import type { SessionSummary } from '../../../protocol/session-review.ts';
import { Portrait } from '../coach/portrait.tsx';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { Icon } from '../ui/icon.tsx';
import { dayAndTime } from '../ui/moment.ts';

/** A session of the history. The link is the title; the whole row follows it. */
export function SessionRow({ session: { id, exercise, startedAt, seconds, words: count, recorded, room, reason } }: { session: SessionSummary }) {
  const messages = useMessages();
  const words = messages.sessions;
  return (
    <article className="session-row">
      <Portrait name={exercise.coach} />
      <div className="session-row-words">
        <h2 lang={exercise.language}><a href={href.review(id)}>{exercise.title}</a></h2>
        <p className="hint"><time dateTime={startedAt}>{dayAndTime(startedAt, messages.language)}</time></p>
        <p className="facts">
          <span>{messages.minutes(Math.max(1, Math.round(seconds / 60)))}</span>
          <span>{words.words(count)}</span>
          <span>{words.state[reason ?? 'open']}</span>
          {recorded && <span>{words.recorded}</span>}
        </p>
      </div>
      {room === undefined
        ? <Icon name="forward" />
        : <a className="button primary session-row-resume" href={href.exercise(exercise.id, room)}>{words.resume}</a>}
    </article>
  );
}
