import { useEffect, useRef } from 'react';

/** With Alt, so that no letter typed to the coach is one of them. All lie in the same places on AZERTY, QWERTY and QWERTZ. */
export const SHORTCUTS = { microphone: 'C', repeat: 'R', pause: 'P', captions: 'S', write: 'T', help: 'H' } as const;

export type Shortcut = keyof typeof SHORTCUTS;

/** For `aria-keyshortcuts`. */
export const keysOf = (shortcut: Shortcut): string => `Alt+${SHORTCUTS[shortcut]}`;

const NAMES = Object.keys(SHORTCUTS) as readonly Shortcut[];

/** On a Mac, Alt writes another sign: then the place on the keyboard tells. */
const letterOf = ({ key, code }: KeyboardEvent): string => (/^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace(/^Key/, ''));

/** Calls what is asked for by keyboard. */
export function useShortcuts(actions: Readonly<Record<Shortcut, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  }, [actions]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      const letter = letterOf(event);
      const asked = NAMES.find((name) => SHORTCUTS[name] === letter);
      if (!asked) return;
      event.preventDefault();
      latest.current[asked]();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
