import { useCallback, useEffect, useRef, useState } from 'react';
import { closeMicrophone, deviceOf, listMicrophones, MicrophoneError, openMicrophone, type MicrophoneTrouble } from '../audio/microphone.ts';

export type Microphone =
  | { readonly status: 'unasked' }
  | { readonly status: 'asking' }
  | { readonly status: 'open'; readonly stream: MediaStream; readonly device: string; readonly devices: readonly MediaDeviceInfo[] }
  | { readonly status: 'failed'; readonly trouble: MicrophoneTrouble };

/**
 * The microphone of the page before the room. It is closed with the page unless `hand()` has given it on to a session.
 */
export function useMicrophone() {
  const [microphone, setMicrophone] = useState<Microphone>({ status: 'unasked' });
  const held = useRef<MediaStream>(undefined);

  const open = useCallback(async (device?: string) => {
    if (held.current) closeMicrophone(held.current);
    setMicrophone((before) => (before.status === 'open' ? before : { status: 'asking' }));
    try {
      const stream = await openMicrophone(device);
      held.current = stream;
      setMicrophone({ status: 'open', stream, device: deviceOf(stream), devices: await listMicrophones() });
    } catch (error) {
      held.current = undefined;
      setMicrophone({ status: 'failed', trouble: error instanceof MicrophoneError ? error.trouble : 'busy' });
    }
  }, []);

  const hand = useCallback(() => {
    const stream = held.current;
    held.current = undefined;
    return stream;
  }, []);

  useEffect(() => {
    const listAgain = (): void => {
      void listMicrophones().then((devices) => setMicrophone((before) => (before.status === 'open' ? { ...before, devices } : before)));
    };
    // Absent where the page is not from a secure address.
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    devices?.addEventListener('devicechange', listAgain);
    return () => {
      devices?.removeEventListener('devicechange', listAgain);
      if (held.current) closeMicrophone(held.current);
    };
  }, []);

  return { microphone, open, hand };
}
