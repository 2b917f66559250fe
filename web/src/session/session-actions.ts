import { useState } from 'react';
import type { COACH_RPC } from '../../../protocol/room.ts';
import { useMessages } from '../messages/messages.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionView } from './session-view.ts';

/** What a learner can do in a session, by button or by key. */
export interface SessionActions {
  /** What did not work, in words; empty when all did. */
  readonly trouble: string;
  readonly can: { readonly repeat: boolean; readonly pause: boolean; readonly finish: boolean };
  /** Opens, mutes or unmutes. */
  readonly microphone: () => void;
  readonly repeat: () => void;
  /** Pauses, or goes on. */
  readonly pause: () => void;
  readonly finish: () => void;
  readonly leave: () => void;
}

export function useSessionActions(session: LiveSession, { coach, link, microphone }: SessionView): SessionActions {
  const { notice } = useMessages();
  const [trouble, setTrouble] = useState('');
  const attempt = (action: Promise<void>, words: string): void => {
    setTrouble('');
    action.catch(() => setTrouble(words));
  };
  const reachable = link.mode === 'live' && coach.state !== 'absent' && coach.state !== 'preparing' && coach.stage !== 'closing';
  const paused = coach.stage === 'paused';
  const can = { repeat: reachable && !paused, pause: reachable, finish: reachable };
  const ask = (request: keyof typeof COACH_RPC, possible: boolean) => () => {
    if (possible) attempt(session.ask(request), notice.askFailed);
  };
  return {
    trouble,
    can,
    microphone: () => {
      if (microphone === 'none') attempt(session.microphone.open(), notice.microphoneFailed);
      else attempt(session.microphone.mute(microphone === 'open'), notice.askFailed);
    },
    repeat: ask('repeat', can.repeat),
    pause: ask(paused ? 'resume' : 'pause', can.pause),
    finish: ask('finish', can.finish),
    leave: () => session.end('left'),
  };
}
