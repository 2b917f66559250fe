import { readFileSync } from 'node:fs';
import { joined, type Sound } from '../../protocol/pcm.ts';

/** Root mean square of 16-bit samples, 0 … 32,768. */
export function rms(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, pcm.length));
}

/** Reads a 16-bit mono WAV file. */
export function readWav(file: string): Sound {
  const bytes = readFileSync(file);
  const data = bytes.indexOf('data', 12, 'latin1') + 8;
  const pcm = new Int16Array(bytes.buffer.slice(bytes.byteOffset + data, bytes.byteOffset + data + ((bytes.length - data) & ~1)));
  return { pcm, sampleRate: bytes.readUInt32LE(24) };
}

/** Cuts what is quieter than `floor` (RMS of 10 ms) from both ends, so that onset and end of speech are known. */
export function trim({ pcm, sampleRate }: Sound, floor = 300): Sound {
  const step = Math.round(sampleRate / 100);
  const loud = Array.from({ length: Math.floor(pcm.length / step) }, (_, index) => rms(pcm.subarray(index * step, (index + 1) * step)) >= floor);
  const first = loud.indexOf(true);
  const last = loud.lastIndexOf(true);
  return { pcm: pcm.slice(Math.max(0, first) * step, (last + 1) * step), sampleRate };
}

/** Silence of `ms` at a rate in Hz. */
export const silence = (ms: number, sampleRate: number): Sound => ({ pcm: new Int16Array(Math.round((ms * sampleRate) / 1_000)), sampleRate });

/** One sound after the other; all at the rate of the first. */
export function concatenate(first: Sound, ...others: readonly Sound[]): Sound {
  return { pcm: joined([first, ...others].map(({ pcm }) => pcm)), sampleRate: first.sampleRate };
}
