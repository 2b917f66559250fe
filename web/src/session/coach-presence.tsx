import { useVoiceAssistant } from '@livekit/components-react';
import { useEffect, useRef } from 'react';
import type { ExerciseView } from '../../../protocol/exercise-view.ts';
import { watchLevel } from '../audio/level.ts';
import { useMessages } from '../messages/messages.ts';
import type { Messages } from '../messages/fr.ts';
import type { Coach } from './coach.ts';
import type { SessionView } from './live-session.ts';
import { TimeLeft } from './time-left.tsx';
import './coach-presence.css';

/** Who the coach is and what it is doing: seen in the disc, said in words beside it. */
export function CoachPresence({ exercise, view, now }: { exercise: ExerciseView; view: SessionView; now: number }) {
  const { session: words } = useMessages();
  const { coach, microphone, clockAhead } = view;
  const name = coach.persona ?? exercise.coach.name;
  return (
    <section className="presence" aria-label={words.coach}>
      <CoachDisc state={coach.stage === 'paused' ? 'paused' : coach.state} initial={name.charAt(0)} />
      <div className="presence-words">
        <p className="presence-state"><strong>{name}</strong> {doing(coach, words)}</p>
        <p className="hint">{hint(coach, microphone === 'open' && !coach.degraded.includes('stt'), words)}</p>
      </div>
      <TimeLeft coach={coach} now={now + clockAhead} planned={exercise.durationMinutes * 60_000} />
      <p className="facts">
        {coach.phase && <span lang={exercise.language}>{words.phase} : {coach.phase}</span>}
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
  if (stage === 'paused' || stage === 'closing') return '';
  if (state === 'speaking') return heard ? words.interrupt : '';
  if (state === 'listening') return heard ? words.yourTurn : words.yourTurnTyping;
  return '';
}

/** The disc swells with the coach's voice. */
function CoachDisc({ state, initial }: { state: string; initial: string }) {
  const { audioTrack } = useVoiceAssistant();
  const disc = useRef<HTMLDivElement>(null);
  const track = audioTrack?.publication.track?.mediaStreamTrack;
  useEffect(
    () => (track ? watchLevel(new MediaStream([track]), (level) => disc.current?.style.setProperty('--level', level.toFixed(3))) : undefined),
    [track],
  );
  return <div ref={disc} className={`disc disc-${state}`} aria-hidden="true"><span>{initial}</span></div>;
}
