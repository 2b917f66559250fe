import { offered, type KnownExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import type { Messages } from '../messages/fr.ts';
import type { Coach } from './coach.ts';
import { CoachRing } from './coach-ring.tsx';
import type { SessionView } from './session-view.ts';
import { TimeLeft } from './time-left.tsx';
import './coach-presence.css';

/** Who the coach is and what it is doing: seen in the ring and the colour of it all, said in words beside it. */
export function CoachPresence({ exercise, view, now }: { exercise: KnownExercise; view: SessionView; now: number }) {
  const { session: words } = useMessages();
  const { coach, microphone, clockAhead } = view;
  const name = coach.persona ?? exercise.coach.name;
  const minutes = offered(exercise)?.durationMinutes;
  const state = coach.stage === 'paused' ? 'paused' : coach.state;
  return (
    <section className={`presence presence-${state}`} aria-label={words.coach}>
      <CoachRing state={state} name={name} />
      <div className="presence-words">
        <p className="presence-state"><strong>{name}</strong> {doing(coach, words)}</p>
        <p className="presence-hint">{hint(coach, microphone === 'open' && !coach.degraded.includes('stt'), words)}</p>
      </div>
      <TimeLeft coach={coach} now={now + clockAhead} planned={minutes && minutes * 60_000} />
      <p className="facts">
        {coach.phase && <span>{words.phase}{words.colon}<span lang={exercise.language}>{coach.phase}</span></span>}
        {coach.leads === 'scripted' && <span>{words.scripted}</span>}
      </p>
    </section>
  );
}

function doing({ state, stage }: Coach, words: Messages['session']): string {
  if (stage === 'paused') return words.paused;
  if (stage === 'closing') return words.closing;
  return words.state[state];
}

function hint({ state, stage }: Coach, heard: boolean, words: Messages['session']): string {
  if (stage === 'paused') return words.pausedHint;
  if (stage === 'closing') return '';
  if (state === 'speaking') return heard ? words.interrupt : '';
  if (state === 'listening') return heard ? words.yourTurn : words.yourTurnTyping;
  return '';
}
