/** Why there is no microphone. */
export type MicrophoneTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'unplugged';

export class MicrophoneError extends Error {
  readonly trouble: MicrophoneTrouble;

  constructor(trouble: MicrophoneTrouble, options?: ErrorOptions) {
    super(trouble, options);
    this.name = 'MicrophoneError';
    this.trouble = trouble;
  }
}

/**
 * Asks for the microphone `deviceId`, or the system's own. The browser asks the learner, so call it from a click.
 * @throws MicrophoneError
 */
export async function openMicrophone(deviceId?: string): Promise<MediaStream> {
  // Browsers hide the devices of a page that came over plain HTTP from another machine.
  if (!window.isSecureContext) throw new MicrophoneError('insecure');
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(deviceId ? { deviceId: { exact: deviceId } } : {}) },
    });
  } catch (cause) {
    throw new MicrophoneError(troubleOf(cause), { cause });
  }
}

/** The names are those of the Media Capture specification, https://www.w3.org/TR/mediacapture-streams/. */
function troubleOf(error: unknown): MicrophoneTrouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

/** The microphones there are; their names are known once one was allowed. */
export async function listMicrophones(): Promise<readonly MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'audioinput');
}

/** The device that `stream` comes from. */
export const deviceOf = (stream: MediaStream): string => stream.getAudioTracks()[0]?.getSettings().deviceId ?? '';

export const closeMicrophone = (stream: MediaStream): void => stream.getTracks().forEach((track) => track.stop());

/**
 * Reports once that `stream` is of no more use though nobody closed it: the device was unplugged, or the learner took
 * the leave back.
 * @returns what stops watching
 */
export function watchLoss(stream: MediaStream, report: (why: 'unplugged' | 'revoked') => void): () => void {
  const over = new AbortController();
  const lost = (why: 'unplugged' | 'revoked'): void => {
    if (over.signal.aborted) return;
    over.abort();
    report(why);
  };
  const leave = permission();
  const [track] = stream.getAudioTracks();
  track?.addEventListener('ended', () => void leave.then((status) => lost(status?.state === 'denied' ? 'revoked' : 'unplugged')), { signal: over.signal });
  // Not every browser ends what it no longer allows.
  void leave.then((status) => status?.addEventListener('change', () => status.state === 'denied' && lost('revoked'), { signal: over.signal }));
  return () => over.abort();
}

/** Not every browser tells. */
async function permission(): Promise<PermissionStatus | undefined> {
  try {
    return await navigator.permissions.query({ name: 'microphone' });
  } catch {
    return undefined;
  }
}
