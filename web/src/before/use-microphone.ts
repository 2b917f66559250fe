import { useCallback, useEffect, useRef, useState } from 'react';
import { closeMicrophone, deviceOf, listMicrophones, MicrophoneError, openMicrophone, watchLoss, type MicrophoneTrouble } from '../audio/microphone.ts';

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
  const held = useRef<{ readonly stream: MediaStream; readonly unwatch: () => void }>(undefined);

  /** Lets go of the one there is, and leaves it open. */
  const hand = useCallback(() => {
    const { current } = held;
    held.current = undefined;
    current?.unwatch();
    return current?.stream;
  }, []);

  const close = useCallback(() => {
    const stream = hand();
    if (stream) closeMicrophone(stream);
  }, [hand]);

  const open = useCallback(async (device?: string) => {
    close();
    setMicrophone((before) => (before.status === 'open' ? before : { status: 'asking' }));
    try {
      const stream = await openMicrophone(device);
      const unwatch = watchLoss(stream, (why) => {
        held.current = undefined;
        setMicrophone({ status: 'failed', trouble: why === 'revoked' ? 'denied' : 'unplugged' });
      });
      held.current = { stream, unwatch };
      setMicrophone({ status: 'open', stream, device: deviceOf(stream), devices: await listMicrophones() });
    } catch (error) {
      setMicrophone({ status: 'failed', trouble: error instanceof MicrophoneError ? error.trouble : 'busy' });
    }
  }, [close]);

  useEffect(() => {
    const listAgain = (): void => {
      void listMicrophones().then((devices) => setMicrophone((before) => (before.status === 'open' ? { ...before, devices } : before)));
    };
    // Absent where the page is not from a secure address.
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    devices?.addEventListener('devicechange', listAgain);
    return () => {
      devices?.removeEventListener('devicechange', listAgain);
      close();
    };
  }, [close]);

  return { microphone, open, hand };
}
