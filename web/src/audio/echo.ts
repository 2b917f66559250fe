import { loudness } from './level.ts';

/** What a microphone heard in a moment. */
export interface Echo {
  readonly sound: Blob;
  /** The loudest of it, 0 (silence) to 1; `undefined` where the browser cannot say. */
  readonly loudest: number | undefined;
}

/**
 * Records `stream` for `ms`.
 * @throws where the browser cannot record
 */
export async function recordEcho(stream: MediaStream, ms: number): Promise<Echo> {
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  await new Promise((resolve, reject) => {
    recorder.onstop = resolve;
    recorder.onerror = reject;
    recorder.start();
    setTimeout(() => {
      // A microphone that was unplugged has stopped it already.
      if (recorder.state !== 'inactive') recorder.stop();
    }, ms);
  });
  const sound = new Blob(pieces, { type: recorder.mimeType });
  return { sound, loudest: await loudestOf(sound) };
}

/** Plays `sound` to its end, or until `signal` says stop. */
export async function playEcho(sound: Blob, signal: AbortSignal): Promise<void> {
  const url = URL.createObjectURL(sound);
  const audio = new Audio(url);
  try {
    await new Promise((resolve, reject) => {
      audio.onended = resolve;
      audio.onerror = reject;
      signal.addEventListener('abort', resolve, { once: true });
      audio.play().catch(reject);
    });
  } finally {
    audio.pause();
    URL.revokeObjectURL(url);
  }
}

/** Hz at which it is looked at, and samples in a row whose loudness counts: some 20 ms. */
const RATE = 48_000;
const WINDOW = 1_024;

async function loudestOf(sound: Blob): Promise<number | undefined> {
  try {
    // A context that plays nothing needs no loudspeaker to work.
    const samples = (await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await sound.arrayBuffer())).getChannelData(0);
    let loudest = 0;
    for (let start = 0; start < samples.length; start += WINDOW) loudest = Math.max(loudest, loudness(samples.subarray(start, start + WINDOW)));
    return loudest;
  } catch {
    return undefined;
  }
}
