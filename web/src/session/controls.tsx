import { useRef } from 'react';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import type { SessionView } from './session-view.ts';
import { useOwnLevel } from './own-level.ts';
import type { SessionActions } from './session-actions.ts';
import { keysOf } from './shortcuts.ts';
import './controls.css';

interface Props {
  readonly actions: SessionActions;
  readonly view: SessionView;
  /** What the learner's microphone hears. */
  readonly stream: MediaStream | undefined;
}

/** What a learner may ask of the coach, the microphone, and the way out. What cannot be asked for now keeps its place, and the focus of who has just used it. */
export function Controls({ actions, view: { coach, microphone }, stream }: Props) {
  const { session: words } = useMessages();
  const own = useRef<HTMLButtonElement>(null);
  useOwnLevel(own, microphone === 'open' ? stream : undefined);
  const paused = coach.stage === 'paused';
  return (
    <div className="controls">
      <p className="controls-trouble" role="alert">{actions.trouble}</p>
      <div className="row">
        <button ref={own} type="button" className={`own own-${microphone}`} aria-keyshortcuts={keysOf('microphone')} onClick={actions.microphone}>
          <Icon name={microphone === 'muted' ? 'unmute' : 'mute'} />
          <span className="label">{{ none: words.openMicrophone, open: words.mute, muted: words.unmute }[microphone]}</span>
        </button>
        <button type="button" aria-disabled={!actions.can.repeat} aria-keyshortcuts={keysOf('repeat')} onClick={actions.repeat}><Icon name="repeat" /><span className="label">{words.repeat}</span></button>
        <button type="button" className={paused ? 'primary' : undefined} aria-disabled={!actions.can.pause} aria-keyshortcuts={keysOf('pause')} onClick={actions.pause}>
          <Icon name={paused ? 'resume' : 'pause'} /><span className="label">{paused ? words.resume : words.pause}</span>
        </button>
        <button type="button" aria-disabled={!actions.can.finish} onClick={actions.finish}><Icon name="finish" /><span className="label">{words.finish}</span></button>
        <button type="button" className="quiet" onClick={actions.leave}><Icon name="leave" /><span className="label">{words.leave}</span></button>
      </div>
    </div>
  );
}
