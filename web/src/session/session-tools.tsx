import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { keysOf } from './shortcuts.ts';
import type { Display } from './use-display.ts';
import './session-tools.css';

interface Props {
  readonly display: Display;
  readonly recorded: boolean;
  readonly onSound: () => void;
  readonly onHelp: () => void;
}

/** What changes how the session is seen and heard, and nothing in it. */
export function SessionTools({ display: { captions, showCaptions }, recorded, onSound, onHelp }: Props) {
  const { session: words } = useMessages();
  return (
    <div className="tools" role="group" aria-label={words.tools}>
      {recorded && <span className="tools-recorded"><Icon name="record" /><span className="label">{words.recording}</span></span>}
      <button type="button" className="quiet" aria-pressed={captions} aria-keyshortcuts={keysOf('captions')} onClick={() => showCaptions(!captions)}>
        <Icon name={captions ? 'captions' : 'captionsOff'} /><span className="label">{words.captions}</span>
      </button>
      <button type="button" className="quiet" aria-haspopup="dialog" onClick={onSound}><Icon name="volume" /><span className="label">{words.sound}</span></button>
      <button type="button" className="quiet" aria-haspopup="dialog" aria-keyshortcuts={keysOf('help')} onClick={onHelp}><Icon name="help" /><span className="label">{words.help}</span></button>
    </div>
  );
}
