import { useState } from 'react';
import type { SessionSummary } from '../../../protocol/session-review.ts';
import { Portrait } from '../coach/portrait.tsx';
import { useMessages } from '../messages/messages.ts';
import { href } from '../route.ts';
import { Icon } from '../ui/icon.tsx';
import { ago } from '../ui/moment.ts';
import './continue-card.css';

/** The way back into a session that is still open. */
export function ContinueCard({ session: { exercise, startedAt, room } }: { session: SessionSummary }) {
  const { home: words, language } = useMessages();
  const [now] = useState(Date.now);
  return (
    <section className="continue" aria-labelledby="continue">
      <Portrait name={exercise.coach} />
      <div className="continue-words">
        <h2 id="continue">{words.continueTitle}</h2>
        <p><strong lang={exercise.language}>{exercise.title}</strong></p>
        <p>{words.continueSince(ago(startedAt, language, now))}</p>
      </div>
      <a className="button primary" href={href.exercise(exercise.id, room)}><Icon name="resume" />{words.continueGo}</a>
    </section>
  );
}
