import { useEffect, useRef, useState } from 'react';
import { SPEECH_LEVEL, watchLevel } from '../audio/level.ts';
import { useMessages } from '../messages/messages.ts';

/** How loud the learner is, as a bar; and in words, once something was heard. */
export function LevelMeter({ stream }: { stream: MediaStream }) {
  const { before: words } = useMessages();
  const bar = useRef<HTMLSpanElement>(null);
  const [heard, setHeard] = useState(false);
  // Drawn past React: sixty times a second there is nothing to reconcile.
  useEffect(() => watchLevel(stream, (level) => {
    bar.current?.style.setProperty('--level', level.toFixed(3));
    if (level > SPEECH_LEVEL) setHeard(true);
  }), [stream]);
  return (
    <div className="level">
      <span className="level-track" aria-hidden="true"><span ref={bar} className="level-bar" /></span>
      <p role="status">{heard ? words.heard : words.speak}</p>
    </div>
  );
}
