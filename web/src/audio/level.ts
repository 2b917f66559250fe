import { onGesture } from './gesture.ts';

/** Quieter than this is drawn as silence, dB full scale; 0 dB is drawn as full. */
const FLOOR_DB = -60;

/** Louder than a quiet room: somebody speaks. */
export const SPEECH_LEVEL = 0.45;

/**
 * Reports the loudness of `stream` on every frame drawn, from 0 (silence) to 1.
 * @returns what stops it
 */
export function watchLevel(stream: MediaStream, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1_024 });
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const closing = new AbortController();
  const resume = (): void => void context.resume();
  resume();
  onGesture(resume, closing.signal);
  const samples = new Float32Array(analyser.fftSize);
  let frame = requestAnimationFrame(function draw() {
    analyser.getFloatTimeDomainData(samples);
    report(loudness(samples));
    frame = requestAnimationFrame(draw);
  });
  return () => {
    closing.abort();
    cancelAnimationFrame(frame);
    source.disconnect();
    void context.close();
  };
}

/** Root mean square in dB, scaled so that `FLOOR_DB` is 0 and full scale is 1. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const db = 10 * Math.log10(power || Number.MIN_VALUE);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}
