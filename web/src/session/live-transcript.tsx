import { useEffect, useRef } from 'react';
import { useMessages } from '../messages/messages.ts';
import type { Line } from '../transcript/transcript.ts';
import { TranscriptView } from '../transcript/transcript-view.tsx';
import './live-transcript.css';

/** As near the end as counts as “at the end”, px. */
const NEAR = 80;

/**
 * The conversation as it grows; it follows the last words unless the learner has scrolled up to read. Not a live
 * region: a screen reader would talk over the coach who is saying the very same words.
 */
export function LiveTranscript(props: { lines: readonly Line[]; from: number; language: string; coachName: string }) {
  const { session: words } = useMessages();
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [props.lines]);
  return (
    <div
      ref={box}
      className="live-transcript"
      role="log"
      aria-live="off"
      aria-label={words.transcript}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      {props.lines.length === 0 ? <p className="hint">{words.transcriptEmpty}</p> : <TranscriptView {...props} />}
    </div>
  );
}
