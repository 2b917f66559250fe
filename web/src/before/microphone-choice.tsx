import { useMessages } from '../messages/messages.ts';

interface Props {
  readonly device: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly onChoose: (device: string) => void;
}

/** Which of the microphones there are. */
export function MicrophoneChoice({ device, devices, onChoose }: Props) {
  const { before: words } = useMessages();
  return (
    <label className="field">
      <span>{words.choose}</span>
      <select value={device} onChange={({ target }) => onChoose(target.value)}>
        {devices.map(({ deviceId, label }, index) => <option key={deviceId} value={deviceId}>{label || words.unnamed(index + 1)}</option>)}
      </select>
    </label>
  );
}
