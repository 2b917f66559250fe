import { useState } from 'react';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import type { SessionReview } from '../../../protocol/session-review.ts';
import { eraseSession } from '../api/sessions.ts';
import { Portrait } from '../coach/portrait.tsx';
import { EraseDialog } from '../history/erase-dialog.tsx';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { Icon } from '../ui/icon.tsx';

/** Whose review it is. */
export interface Head {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly coach: string;
  readonly startedAt: string;
}

interface Props {
  readonly of: Head | undefined;
  readonly review: SessionReview | undefined;
  /** Where the same can be tried again. */
  readonly again: string | undefined;
  readonly exercises: readonly ExerciseView[];
}

/** Again, on with it, the next one, or away with it. */
export function Onward({ of, review, again, exercises }: Props) {
  const { review: words } = useMessages();
  const [erasing, setErasing] = useState(false);
  const place = exercises.findIndex(({ id }) => id === of?.id);
  const next = place < 0 ? undefined : exercises[(place + 1) % exercises.length];
  const room = review?.session.room;
  return (
    <nav className="onward" aria-label={words.other}>
      <div className="row">
        {of && room !== undefined && <a className="button primary" href={href.exercise(of.id, room)}><Icon name="resume" />{words.resume}</a>}
        {of && <a className={room === undefined ? 'button primary' : 'button'} href={again ?? href.exercise(of.id)}><Icon name="repeat" />{words.again}</a>}
        <a className="button" href={href.home}>{words.other}</a>
      </div>
      {next && next.id !== of?.id && (
        <a className="next" href={href.exercise(next.id)}>
          <Portrait name={next.coach.name} />
          <span><small>{words.next}</small><strong lang={next.language}>{next.title}</strong></span>
          <Icon name="forward" />
        </a>
      )}
      {review && <div className="row"><button type="button" className="quiet" aria-haspopup="dialog" onClick={() => setErasing(true)}><Icon name="erase" />{words.erase}</button></div>}
      {review && erasing && (
        <EraseDialog
          title={words.eraseTitle}
          means={words.eraseMeans}
          erase={() => eraseSession(review.session.id)}
          onClose={() => setErasing(false)}
          onErased={() => location.replace(href.history)}
        />
      )}
    </nav>
  );
}
