import { useMessages } from '../messages/messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SHORTCUTS, type Shortcut } from './shortcuts.ts';
import './help-dialog.css';

const KEYS = Object.entries(SHORTCUTS) as readonly (readonly [Shortcut, string])[];

/** What the ring and the buttons mean, the keys, and what to do when one is not heard. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { help: words, session } = useMessages();
  return (
    <Dialog title={words.title} onClose={onClose}>
      <section>
        <h3>{words.ring}</h3>
        <ul className="help-list help-rings">
          <li className="help-listening">{words.ringListening}</li>
          <li className="help-thinking">{words.ringThinking}</li>
          <li className="help-speaking">{words.ringSpeaking}</li>
          <li className="help-paused">{words.ringPaused}</li>
        </ul>
      </section>
      <section>
        <h3>{words.buttons}</h3>
        <ul className="help-list">
          {(['repeat', 'pause', 'finish', 'leave'] as const).map((button) => <li key={button}><strong>{session[button]}</strong>{session.colon}{words[button]}</li>)}
        </ul>
      </section>
      <section>
        <h3>{words.unheard}</h3>
        <ol className="help-list help-steps">{words.unheardSteps.map((step) => <li key={step}>{step}</li>)}</ol>
      </section>
      <section>
        <h3>{words.keys}</h3>
        <p>{words.keysMeans}</p>
        <dl className="help-keys">
          {KEYS.map(([name, key]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{words.keyNames[name]}</dd></div>)}
        </dl>
      </section>
    </Dialog>
  );
}
