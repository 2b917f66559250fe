import { useEffect, useRef, useState } from 'react';
import { sampleUrl } from '../api/personas.ts';
import type { KnownExercise } from '../known-exercise.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import './voice-sample.css';

/** One voice at a time: who begins to speak silences the other. */
let speaking: HTMLAudioElement | undefined;

/** Lets the coach's voice be heard. Where it cannot be had, the button says so and may be tried again. */
export function VoiceSample({ exercise: { coach, language } }: { exercise: KnownExercise }) {
  const { sample: words } = useMessages();
  const [state, setState] = useState<'silent' | 'loading' | 'playing' | 'failed'>('silent');
  const audio = useRef<HTMLAudioElement>(undefined);
  useEffect(() => () => audio.current?.pause(), []);

  const play = (): void => {
    const sound = new Audio(sampleUrl(coach.id, language));
    audio.current = sound;
    speaking?.pause();
    speaking = sound;
    setState('loading');
    sound.onplaying = () => setState('playing');
    sound.onpause = () => setState((before) => (before === 'failed' ? before : 'silent'));
    sound.play().catch((error: unknown) => {
      // Stopped before it began is no failure.
      const stopped = error instanceof Error && error.name === 'AbortError';
      setState(stopped ? 'silent' : 'failed');
    });
  };
  const busy = state === 'playing' || state === 'loading';
  return (
    <span className="sample">
      <button type="button" className="sample-button" aria-label={busy ? words.stop : words.play(coach.name)} aria-busy={state === 'loading'} onClick={busy ? () => audio.current?.pause() : play}>
        <Icon name={busy ? 'stop' : 'volume'} />
        <span aria-hidden="true">{busy ? words.stop : words.short}</span>
      </button>
      <span className="sample-failed" role="status">{state === 'failed' ? words.failed : ''}</span>
    </span>
  );
}
