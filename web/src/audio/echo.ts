import { watchLevel } from './level.ts';

/** What a microphone heard in a moment. */
export interface Echo {
  readonly sound: Blob;
  /** The loudest of it, 0 (silence) to 1. */
  readonly loudest: number;
}

/**
 * Records `stream` for `ms`.
 * @throws where the browser cannot record
 */
export async function recordEcho(stream: MediaStream, ms: number): Promise<Echo> {
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  let loudest = 0;
  const unwatch = watchLevel(stream, (level) => {
    loudest = Math.max(loudest, level);
  });
  try {
    await new Promise((resolve, reject) => {
      recorder.onstop = resolve;
      recorder.onerror = reject;
      recorder.start();
      setTimeout(() => {
        // A microphone that was unplugged has stopped it already.
        if (recorder.state !== 'inactive') recorder.stop();
      }, ms);
    });
  } finally {
    unwatch();
  }
  return { sound: new Blob(pieces, { type: recorder.mimeType }), loudest };
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
