import { useMemo, useSyncExternalStore } from 'react';

/** Where on the page one is; the part of the address after `#` says it, so that it can be linked to and left with “back”. */
export type Route =
  | { readonly name: 'home' }
  /** Before the room; with `room`, a session that goes on. */
  | { readonly name: 'exercise'; readonly id: string; readonly room: string | undefined }
  | { readonly name: 'invitation'; readonly token: string }
  | { readonly name: 'history' }
  | { readonly name: 'review'; readonly session: string };

const HISTORY = 'sessions';
const INVITATION = 'invitation=';

/** Addresses of the page's own places. */
export const href = {
  home: '#',
  history: `#${HISTORY}`,
  exercise: (id: string, room?: string): string => `#${encodeURIComponent(id)}${room === undefined ? '' : `/${encodeURIComponent(room)}`}`,
  review: (session: string): string => `#${HISTORY}/${encodeURIComponent(session)}`,
  invitation: (token: string): string => `#${INVITATION}${encodeURIComponent(token)}`,
};

/** @param hash as `location.hash` gives it */
export function readRoute(hash: string): Route {
  const path = hash.replace(/^#/, '');
  if (path === '') return { name: 'home' };
  if (path.startsWith(INVITATION)) return { name: 'invitation', token: decoded(path.slice(INVITATION.length)) };
  const [first = '', second = ''] = path.split('/', 2).map(decoded);
  if (first !== HISTORY) return { name: 'exercise', id: first, room: second || undefined };
  return second === '' ? { name: 'history' } : { name: 'review', session: second };
}

/** An address typed by hand may hold a lone `%`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => readRoute(hash), [hash]);
}
