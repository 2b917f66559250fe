import { useEffect, useState } from 'react';
import { deviceOf, listMicrophones } from '../audio/microphone.ts';
import { LevelMeter } from '../before/level-meter.tsx';
import { MicrophoneChoice } from '../before/microphone-choice.tsx';
import { useMessages } from '../messages/messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import type { LearnerMicrophone, MicrophoneState } from './learner-microphone.ts';
import type { Display } from './use-display.ts';

interface Props {
  readonly display: Display;
  readonly microphone: LearnerMicrophone;
  readonly state: MicrophoneState;
  readonly onClose: () => void;
}

/** How loud the coach is, and by which microphone it hears. */
export function SoundDialog({ display: { volume, changeVolume }, microphone, state, onClose }: Props) {
  const { session: words, notice } = useMessages();
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const list = (): void => void listMicrophones().then(setDevices, () => undefined);
    list();
    const there = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    there?.addEventListener('devicechange', list);
    return () => there?.removeEventListener('devicechange', list);
  }, [state]);
  const open = (device?: string): void => {
    setFailed(false);
    microphone.open(device).catch(() => setFailed(true));
  };
  const { stream } = microphone;
  const percent = Math.round(volume * 100);
  return (
    <Dialog title={words.sound} onClose={onClose}>
      <label className="field volume">
        <span>{words.volume} <small>{words.volumeValue(percent)}</small></span>
        <input type="range" min={0} max={100} step={5} value={percent} aria-valuetext={words.volumeValue(percent)} onChange={({ target }) => changeVolume(Number(target.value) / 100)} />
      </label>
      {stream && state !== 'none'
        ? (
          <>
            <MicrophoneChoice device={deviceOf(stream)} devices={devices} onChoose={open} />
            <LevelMeter key={deviceOf(stream)} stream={stream} />
          </>
        )
        : (
          <>
            <p>{words.microphoneOff}</p>
            <div className="row"><button type="button" className="primary" onClick={() => open()}><Icon name="mute" />{words.openMicrophone}</button></div>
          </>
        )}
      <p role="alert" className="dialog-trouble">{failed ? notice.microphoneFailed : ''}</p>
    </Dialog>
  );
}
