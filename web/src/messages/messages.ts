import { createContext, useContext } from 'react';
import { en } from './en.ts';
import { fr, type Messages } from './fr.ts';

/** Every language of the page, by its ISO 639-1 code. */
export const LANGUAGES: Readonly<Record<string, Messages>> = { fr, en };

interface Wishes {
  /** The query of the address: `?lang=en` has the first word. */
  readonly query: string;
  /** The language chosen on this browser before. */
  readonly remembered: string | undefined;
  /** The browser's own languages, the dearest first, as `en-GB`. */
  readonly browser: readonly string[];
}

/** The page's words for who wishes so; French where nothing that is wished for is there. */
export function chooseMessages({ query, remembered, browser }: Wishes): Messages {
  const wishes = [new URLSearchParams(query).get('lang'), remembered, ...browser.map((tag) => tag.split('-', 1)[0])];
  for (const wish of wishes) {
    const messages = wish ? LANGUAGES[wish] : undefined;
    if (messages) return messages;
  }
  return fr;
}

export const MessagesContext = createContext<Messages>(fr);

export const useMessages = (): Messages => useContext(MessagesContext);

/** Changes the language of the page. */
export const SpeakContext = createContext<(language: string) => void>(() => undefined);
