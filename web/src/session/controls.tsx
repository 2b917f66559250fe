import { useState } from 'react';
import type { COACH_RPC } from '../../../protocol/room.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import type { LiveSession, SessionView } from './live-session.ts';

/** What a learner may ask of the coach, the microphone, and the way out. */
export function Controls({ session, view: { coach, link, microphone } }: { session: LiveSession; view: SessionView }) {
  const { session: words, notice } = useMessages();
  const [trouble, setTrouble] = useState('');
  const attempt = (action: Promise<void>, words: string): void => {
    setTrouble('');
    action.catch(() => setTrouble(words));
  };
  const ask = (request: keyof typeof COACH_RPC) => () => attempt(session.ask(request), notice.askFailed);
  const reachable = link.mode === 'live' && coach.state !== 'absent' && coach.state !== 'preparing';
  const closing = coach.stage === 'closing';
  const paused = coach.stage === 'paused';
  return (
    <div className="controls">
      <p className="controls-trouble" role="alert">{trouble}</p>
      <div className="row">
        {microphone === 'none'
          ? <button type="button" onClick={() => attempt(session.microphone.open(), notice.microphoneFailed)}><Icon name="mute" /><span className="label">{words.openMicrophone}</span></button>
          : <button type="button" onClick={() => attempt(session.microphone.mute(microphone === 'open'), notice.askFailed)}><Icon name={microphone === 'open' ? 'mute' : 'unmute'} /><span className="label">{microphone === 'open' ? words.mute : words.unmute}</span></button>}
        <button type="button" disabled={!reachable || closing || paused} onClick={ask('repeat')}><Icon name="repeat" /><span className="label">{words.repeat}</span></button>
        <button type="button" disabled={!reachable || closing} onClick={ask(paused ? 'resume' : 'pause')}><Icon name={paused ? 'resume' : 'pause'} /><span className="label">{paused ? words.resume : words.pause}</span></button>
        <button type="button" disabled={!reachable || closing} onClick={ask('finish')}><Icon name="finish" /><span className="label">{words.finish}</span></button>
        <button type="button" className="quiet" onClick={() => session.end('left')}><Icon name="leave" /><span className="label">{words.leave}</span></button>
      </div>
    </div>
  );
}
