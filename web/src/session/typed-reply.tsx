import { useState, type KeyboardEvent } from 'react';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';

const LIMIT = 1_000;

/** What a learner types instead of saying it. Enter sends, Shift+Enter begins a new line. */
export function TypedReply({ onSay }: { onSay: (text: string) => void }) {
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
      <textarea rows={1} maxLength={LIMIT} aria-label={words.write} placeholder={words.placeholder} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={sendOnEnter} />
      <button type="submit" className="primary" disabled={text.trim() === ''}><Icon name="send" /><span className="label">{words.send}</span></button>
    </form>
  );
}
