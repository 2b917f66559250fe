import { useVoiceAssistant } from '@livekit/components-react';
import { useEffect, useRef } from 'react';
import { watchLevel } from '../audio/level.ts';
import { Portrait } from '../coach/portrait.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import type { Coach } from './coach.ts';
import './coach-ring.css';

export type RingState = Coach['state'] | 'paused';

const BADGES: Readonly<Record<RingState, IconName | undefined>> = {
  absent: undefined, preparing: undefined, listening: 'mute', thinking: 'thinking', speaking: 'speaking', paused: 'pause',
};

/** The coach's face in a ring whose form, colour and motion say what it does; the halo swells with its voice. */
export function CoachRing({ state, name }: { state: RingState; name: string }) {
  const { audioTrack } = useVoiceAssistant();
  const ring = useRef<HTMLDivElement>(null);
  const track = audioTrack?.publication.track?.mediaStreamTrack;
  useEffect(
    () => (track ? watchLevel(new MediaStream([track]), (level) => ring.current?.style.setProperty('--level', level.toFixed(3))) : undefined),
    [track],
  );
  const badge = BADGES[state];
  return (
    <div ref={ring} className={`ring ring-${state}`} aria-hidden="true">
      <svg className="ring-line" viewBox="0 0 120 120"><circle cx="60" cy="60" r="57" pathLength="96" /></svg>
      <Portrait name={name} />
      {badge && <span className="ring-badge"><Icon name={badge} /></span>}
    </div>
  );
}
