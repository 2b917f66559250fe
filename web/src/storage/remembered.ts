/** What this browser keeps of a learner's choices, by key. A browser may refuse to keep anything: then it is asked again. */
const PREFIX = 'eloquence.';

/** `visited`: a session was begun here, so that there is a history to ask for. */
type Key = 'name' | 'language' | 'captions' | 'volume' | 'visited';

export function recall(key: Key): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: Key, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows and full disks.
  }
}

export function forget(key: Key): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Then nothing was kept either.
  }
}
