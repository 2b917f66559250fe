import { useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { Trouble } from '../ui/trouble.tsx';

/** A browser that cannot hold a conversation: the way on leads to another one. */
export function Unsupported() {
  const { before: words } = useMessages();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(location.href).then(() => setCopied(true));
  };
  return (
    <Trouble {...words.unsupported}>
      {'clipboard' in navigator && <button type="button" onClick={copy}>{copied ? words.linkCopied : words.copyLink}</button>}
    </Trouble>
  );
}
