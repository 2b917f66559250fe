import { useEffect, useRef } from 'react';

/** With Alt, so that no letter typed to the coach is one of them; by place on the keyboard, since Alt writes other signs on a Mac. */
export const SHORTCUTS = { microphone: 'M', repeat: 'R', pause: 'P', captions: 'S', write: 'W', help: 'H' } as const;

export type Shortcut = keyof typeof SHORTCUTS;

/** For `aria-keyshortcuts`. */
export const keysOf = (shortcut: Shortcut): string => `Alt+${SHORTCUTS[shortcut]}`;

const NAMES = Object.keys(SHORTCUTS) as readonly Shortcut[];

/** Calls what is asked for by keyboard. */
export function useShortcuts(actions: Readonly<Record<Shortcut, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  }, [actions]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      const asked = NAMES.find((name) => event.code === `Key${SHORTCUTS[name]}`);
      if (!asked) return;
      event.preventDefault();
      latest.current[asked]();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
