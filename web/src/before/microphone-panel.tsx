import { useEffect, useRef } from 'react';
import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { EchoTest } from './echo-test.tsx';
import { LevelMeter } from './level-meter.tsx';
import { MicrophoneChoice } from './microphone-choice.tsx';
import type { Microphone } from './use-microphone.ts';

/** The microphone in every state: which one, whether it hears, how it sounds. */
export function MicrophonePanel({ microphone, onOpen }: { microphone: Microphone; onOpen: (device?: string) => void }) {
  const messages = useMessages();
  const words = messages.before;
  const panel = useRef<HTMLElement>(null);
  // The button that was pressed is gone when its work is done: who pressed it goes on from here.
  useEffect(() => {
    if (microphone.status !== 'unasked' && document.activeElement === document.body) panel.current?.focus();
  }, [microphone.status]);
  return (
    <section ref={panel} tabIndex={-1} className="panel" aria-labelledby="microphone">
      <h2 id="microphone">{words.microphone}</h2>
      {microphone.status === 'open' && (
        <>
          <MicrophoneChoice device={microphone.device} devices={microphone.devices} onChoose={onOpen} />
          <LevelMeter key={`level ${microphone.device}`} stream={microphone.stream} />
          <EchoTest key={`echo ${microphone.device}`} stream={microphone.stream} />
          <p className="hint with-icon"><Icon name="headphones" />{words.headphones}</p>
        </>
      )}
      {microphone.status === 'failed' && (
        <Trouble {...words.trouble[microphone.trouble]}>
          <button type="button" className="primary" onClick={() => onOpen()}>{messages.retry}</button>
        </Trouble>
      )}
      {(microphone.status === 'unasked' || microphone.status === 'asking') && (
        <>
          <p role="status">{microphone.status === 'asking' ? words.asking : words.ask}</p>
          <div className="row">
            <button type="button" className="primary" aria-disabled={microphone.status === 'asking'} onClick={() => microphone.status === 'asking' || onOpen()}><Icon name="mute" />{words.allow}</button>
          </div>
        </>
      )}
      {microphone.status !== 'open' && <p className="hint">{words.withoutMicrophone}</p>}
    </section>
  );
}
