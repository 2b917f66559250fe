import { useEffect, useRef, useState } from 'react';
import { playEcho, recordEcho } from '../audio/echo.ts';
import { SPEECH_LEVEL } from '../audio/level.ts';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import './echo-test.css';

const TEST_MS = 2_000;

type State = 'idle' | 'recording' | 'playing' | 'done' | 'unheard' | 'failed';

/** Two seconds of the learner's own voice, played back: what the coach will hear. */
export function EchoTest({ stream }: { stream: MediaStream }) {
  const { before: { echo: words } } = useMessages();
  const [state, setState] = useState<State>('idle');
  const left = useRef<AbortController>(undefined);
  useEffect(() => () => left.current?.abort(), []);

  const test = async (): Promise<State> => {
    const { signal } = (left.current = new AbortController());
    setState('recording');
    const { sound, loudest } = await recordEcho(stream, TEST_MS);
    if (signal.aborted) return 'idle';
    if (loudest !== undefined && loudest < SPEECH_LEVEL) return 'unheard';
    setState('playing');
    await playEcho(sound, signal);
    return 'done';
  };
  const busy = state === 'recording' || state === 'playing';
  return (
    <div className={`echo echo-${state}`}>
      <button type="button" aria-disabled={busy} onClick={() => busy || void test().catch(() => 'failed' as const).then(setState)}>
        <Icon name={state === 'recording' ? 'record' : 'volume'} />
        {state === 'idle' || busy ? words.start : words.again}
      </button>
      <p role="status">{state === 'idle' ? '' : words[state]}</p>
      <span className="echo-progress" aria-hidden="true" />
    </div>
  );
}
