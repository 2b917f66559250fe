import { createContext, useContext } from 'react';
import { en } from './en.ts';
import { fr, type Messages } from './fr.ts';

const LANGUAGES: Readonly<Record<string, Messages>> = { fr, en };

/** The page speaks French; `?lang=en` makes it speak English. */
export const chooseMessages = (query: string): Messages => LANGUAGES[new URLSearchParams(query).get('lang') ?? 'fr'] ?? fr;

export const MessagesContext = createContext<Messages>(fr);

export const useMessages = (): Messages => useContext(MessagesContext);
