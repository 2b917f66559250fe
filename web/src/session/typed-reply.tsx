import { useState, type KeyboardEvent, type RefObject } from 'react';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { keysOf } from './shortcuts.ts';
import './typed-reply.css';

const LIMIT = 1_000;

interface Props {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  /** How many texts wait to be sent that are shown nowhere else. */
  readonly waiting: number;
  readonly onSay: (text: string) => void;
}

/** What a learner types instead of saying it. Enter sends, Shift+Enter begins a new line. */
export function TypedReply({ box, waiting, onSay }: Props) {
  const { session: words } = useMessages();
  const [text, setText] = useState('');
  const send = (): void => {
    if (text.trim() === '') return;
    onSay(text.trim());
    setText('');
  };
  const sendOnEnter = (event: KeyboardEvent): void => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="typed-reply" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {waiting > 0 && <p className="hint typed-waiting">{words.waitingCount(waiting)}</p>}
      <textarea ref={box} rows={1} aria-keyshortcuts={keysOf('write')} maxLength={LIMIT} aria-label={words.write} placeholder={words.placeholder} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={sendOnEnter} />
      <button type="submit" className="primary" disabled={text.trim() === ''}><Icon name="send" /><span className="label">{words.send}</span></button>
    </form>
  );
}
