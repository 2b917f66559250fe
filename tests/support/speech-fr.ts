import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AudioFrame, AudioResampler, AudioResamplerQuality } from '@livekit/rtc-node';
import { ROOT } from '../../core/paths.ts';
import type { Sound } from '../../protocol/pcm.ts';
import { readWav } from './sound.ts';

/** Short commands in French spoken by people, where the folder lies beside the checkout. */
export const HUMAN_COMMANDS = join(ROOT, '../shared/speech-fr/commands');

export interface HumanSpeech {
  readonly name: string;
  readonly sound: Sound;
  readonly transcript: string;
}

/** All WAV files of a folder with the transcripts beside them, at `sampleRate`; empty, and said loudly, where there is no folder. */
export function readHumanSpeech(folder: string, sampleRate: number): HumanSpeech[] {
  if (!existsSync(folder)) {
    process.stderr.write(`\nSKIPPED: no human speech at ${folder}; synthesised speech covers the rest.\n\n`);
    return [];
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith('.wav'))
    .sort()
    .map((file) => ({
      name: file,
      sound: resample(readWav(join(folder, file)), sampleRate),
      transcript: readFileSync(join(folder, file.replace('.wav', '.txt')), 'utf8').trim(),
    }));
}

export function resample(sound: Sound, sampleRate: number): Sound {
  if (sound.sampleRate === sampleRate) return sound;
  const resampler = new AudioResampler(sound.sampleRate, sampleRate, 1, AudioResamplerQuality.HIGH);
  const frames = [...resampler.push(new AudioFrame(sound.pcm, sound.sampleRate, 1, sound.pcm.length)), ...resampler.flush()];
  const pcm = new Int16Array(frames.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of frames) {
    pcm.set(data, offset);
    offset += data.length;
  }
  resampler.close();
  return { pcm, sampleRate };
}
