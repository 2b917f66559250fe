import { useMessages } from '../messages/messages.ts';

/** The session in three sentences, before it begins. */
export function WhatHappens({ coach, minutes }: { coach: string; minutes: number }) {
  const { before: words } = useMessages();
  return (
    <section className="what-happens" aria-labelledby="what-happens">
      <h2 id="what-happens">{words.steps}</h2>
      <ol>
        <li>{words.stepGreeting(coach)}</li>
        <li>{words.stepTalk(minutes)}</li>
        <li>{words.stepReview}</li>
      </ol>
    </section>
  );
}
