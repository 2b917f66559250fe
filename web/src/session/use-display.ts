import { useState } from 'react';
import { recall, remember } from '../storage/remembered.ts';

/** How a learner wants to see and hear sessions; this browser remembers it. */
export function useDisplay() {
  const [captions, setCaptions] = useState(() => recall('captions') !== 'off');
  const [volume, setVolume] = useState(recallVolume);
  return {
    captions,
    /** Of the coach, 0–1. */
    volume,
    showCaptions: (shown: boolean): void => {
      remember('captions', shown ? 'on' : 'off');
      setCaptions(shown);
    },
    changeVolume: (changed: number): void => {
      remember('volume', String(changed));
      setVolume(changed);
    },
  };
}

export type Display = ReturnType<typeof useDisplay>;

function recallVolume(): number {
  const volume = Number(recall('volume') ?? 1);
  return volume >= 0 && volume <= 1 ? volume : 1;
}
