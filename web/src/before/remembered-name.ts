const KEY = 'eloquence.name';

/** The name given last time on this browser, else nothing. A browser may refuse to keep anything. */
export function recallName(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Then it is asked again.
  }
}
