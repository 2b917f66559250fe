import { useCallback, useLayoutEffect, useState, type ReactNode } from 'react';
import { recall, remember } from '../storage/remembered.ts';
import { chooseMessages, LANGUAGES, MessagesContext, SpeakContext } from './messages.ts';

/** Gives the page its words, and the document its language and its description. */
export function PageLanguage({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState(() => chooseMessages({ query: location.search, remembered: recall('language'), browser: navigator.languages }));
  useLayoutEffect(() => {
    document.documentElement.lang = messages.language;
    document.querySelector('meta[name="description"]')?.setAttribute('content', messages.description);
  }, [messages]);
  const speak = useCallback((language: string) => {
    const chosen = LANGUAGES[language];
    if (!chosen) return;
    remember('language', language);
    // A `?lang=` in the address would take the choice back at the next load.
    const address = new URL(location.href);
    address.searchParams.delete('lang');
    history.replaceState(history.state, '', address);
    setMessages(chosen);
  }, []);
  return (
    <SpeakContext value={speak}>
      <MessagesContext value={messages}>{children}</MessagesContext>
    </SpeakContext>
  );
}
