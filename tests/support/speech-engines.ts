import { systemClock } from '../../core/clock.ts';
import type { SpeechEngine, UtteranceRequest } from '../../inference/tts/engine.ts';
import { PRIORITY } from '../../inference/process/compute-gate.ts';
import { joined } from '../../protocol/pcm.ts';

/** What an engine makes of a text: the audio, and how it came. */
export async function utter(engine: SpeechEngine, text: string, request: Partial<UtteranceRequest> = {}): Promise<{ pcm: Int16Array; chunks: number; firstAudioMs: number }> {
  const began = systemClock.now();
  const chunks: Int16Array[] = [];
  let firstAudioMs = 0;
  for await (const chunk of engine.synthesize({ text, voice: 'ff_siwis', language: 'fr', speed: 1, priority: PRIORITY.firstClause, ...request })) {
    if (chunks.length === 0) firstAudioMs = systemClock.now() - began;
    chunks.push(chunk);
  }
  return { pcm: joined(chunks), chunks: chunks.length, firstAudioMs };
}

/** Loudness in dB of full scale, over what is no pause. */
export function activeLoudness(pcm: Int16Array): number {
  const window = 480; // 20 ms
  let [energy, count] = [0, 0];
  for (let at = 0; at + window <= pcm.length; at += window) {
    const part = pcm.subarray(at, at + window).reduce((sum, sample) => sum + sample * sample, 0);
    if (Math.sqrt(part / window) < 600) continue;
    energy += part;
    count += window;
  }
  return 10 * Math.log10(energy / Math.max(1, count) / 32_768 ** 2);
}

/** Median pitch in Hz of speech at 24 kHz, by the peak of the autocorrelation of its voiced parts. */
export function medianPitch(pcm: Int16Array): number {
  const [window, step, shortest, longest] = [1_200, 1_200, 60, 370]; // 50 ms; 400 … 65 Hz
  const pitches: number[] = [];
  for (let at = 0; at + window + longest <= pcm.length; at += step) {
    const energy = correlation(pcm, at, window, 0);
    if (energy / window < 800 ** 2) continue;
    let best = { lag: 0, strength: 0 };
    for (let lag = shortest; lag <= longest; lag += 1) {
      const strength = correlation(pcm, at, window, lag) / energy;
      if (strength > best.strength) best = { lag, strength };
    }
    if (best.strength > 0.5) pitches.push(24_000 / best.lag);
  }
  return pitches.toSorted((a, b) => a - b)[pitches.length >> 1] ?? 0;
}

function correlation(pcm: Int16Array, at: number, window: number, lag: number): number {
  let sum = 0;
  for (let i = at; i < at + window; i += 1) sum += (pcm[i] ?? 0) * (pcm[i + lag] ?? 0);
  return sum;
}
