import { useSyncExternalStore } from 'react';

const read = (): string | undefined => decodeURIComponent(location.hash.slice(1)) || undefined;

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The exercise that the address names (`…/#conversation_libre_marie`), so that it can be linked to and left with “back”. */
export const useChosenExercise = (): string | undefined => useSyncExternalStore(subscribe, read);

export function chooseExercise(id: string | undefined): void {
  location.hash = id ?? '';
}
