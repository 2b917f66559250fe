import { useState } from 'react';
import { failureOf } from '../api/reply.ts';
import { useMessages } from '../messages/messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { failureWords } from '../ui/failure-words.ts';

interface Props {
  readonly title: string;
  /** What will be lost. */
  readonly means: string;
  /** @throws RequestError */
  readonly erase: () => Promise<void>;
  readonly onClose: () => void;
  readonly onErased: () => void;
}

/** Asks once more before something is erased; what is lost is said, and the way back comes first. */
export function EraseDialog({ title, means, erase, onClose, onErased }: Props) {
  const messages = useMessages();
  const words = messages.sessions;
  const [state, setState] = useState({ busy: false, trouble: '' });
  const go = (): void => {
    if (state.busy) return;
    setState({ busy: true, trouble: '' });
    erase().then(onErased, (error: unknown) => {
      setState({ busy: false, trouble: `${words.eraseFailed} ${failureWords(failureOf(error), messages).message}` });
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{means}</p>
      <p className="dialog-trouble" role="alert">{state.trouble}</p>
      <div className="row">
        <button type="button" onClick={onClose}>{messages.cancel}</button>
        <button type="button" className="danger" aria-disabled={state.busy} onClick={go}>{state.busy ? words.erasing : words.eraseGo}</button>
      </div>
    </Dialog>
  );
}
