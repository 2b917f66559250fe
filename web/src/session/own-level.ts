import { useEffect, type RefObject } from 'react';
import { watchLevel } from '../audio/level.ts';

/** Draws how loud `stream` is as `--own` on `element`, past React: sixty times a second there is nothing to reconcile. */
export function useOwnLevel(element: RefObject<HTMLElement | null>, stream: MediaStream | undefined): void {
  useEffect(() => {
    const drawn = element.current;
    if (!stream) return undefined;
    const stop = watchLevel(stream, (level) => drawn?.style.setProperty('--own', level.toFixed(3)));
    return () => {
      stop();
      drawn?.style.removeProperty('--own');
    };
  }, [element, stream]);
}
