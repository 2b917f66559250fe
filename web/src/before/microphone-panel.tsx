import { useMessages } from '../messages/messages.ts';
import { Icon } from '../ui/icon.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { LevelMeter } from './level-meter.tsx';
import type { Microphone } from './use-microphone.ts';

/** The microphone and the way into the room, in every state of the one; there is always a way to type instead. */
export function MicrophonePanel({ microphone, onOpen, onStart }: { microphone: Microphone; onOpen: (device?: string) => void; onStart: () => void }) {
  const messages = useMessages();
  const words = messages.before;
  const typeInstead = <button type="button" className="quiet" onClick={onStart}>{words.typeInstead}</button>;
  return (
    <section className="panel" aria-labelledby="microphone">
      <h2 id="microphone">{words.microphone}</h2>
      {microphone.status === 'open' && (
        <>
          <label className="field">
            <span>{words.choose}</span>
            <select value={microphone.device} onChange={(event) => onOpen(event.target.value)}>
              {microphone.devices.map(({ deviceId, label }, index) => <option key={deviceId} value={deviceId}>{label || words.unnamed(index + 1)}</option>)}
            </select>
          </label>
          <LevelMeter key={microphone.device} stream={microphone.stream} />
          <div className="row"><button type="button" className="primary" onClick={onStart}>{words.start}</button></div>
        </>
      )}
      {microphone.status === 'failed' && (
        <Trouble {...words.trouble[microphone.trouble]}>
          <button type="button" className="primary" onClick={() => onOpen()}>{messages.retry}</button>
          {typeInstead}
        </Trouble>
      )}
      {(microphone.status === 'unasked' || microphone.status === 'asking') && (
        <>
          <p role="status">{microphone.status === 'asking' ? words.asking : words.ask}</p>
          <div className="row">
            <button type="button" className="primary" disabled={microphone.status === 'asking'} onClick={() => onOpen()}><Icon name="mute" />{words.allow}</button>
            {typeInstead}
          </div>
        </>
      )}
      {microphone.status !== 'open' && <p className="hint">{words.withoutMicrophone}</p>}
    </section>
  );
}
