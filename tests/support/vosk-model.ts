import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inHome } from '../../core/paths.ts';
import { joined } from '../../protocol/pcm.ts';
import { readWav } from './sound.ts';
import { resample } from './speech-fr.ts';

/** The real Vosk that `npm test` brings: its library, and a small Korean model. */
export const KOREAN = { name: 'vosk-ko', language: 'ko', library: inHome('models/libvosk/libvosk.so'), folder: inHome('models/vosk-ko') };

/** Whether they are there: the library is for Linux on x86-64 alone. Says so where they are not. */
export function hasVosk(): boolean {
  const there = existsSync(KOREAN.library) && existsSync(KOREAN.folder);
  if (!there) process.stderr.write('\nSKIPPED: no libvosk with its Korean model (node bootstrap.mjs setup libvosk vosk-ko); on this machine Vosk is not tested.\n\n');
  return there;
}

/** Korean as espeak-ng says it, with half a second of silence on both sides, at 16 kHz. */
export function korean(text: string): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), 'korean-'));
  try {
    const file = join(folder, 'speech.wav');
    execFileSync('espeak-ng', ['-v', 'ko', '-s', '140', '-w', file, text]);
    const quiet = new Int16Array(8_000);
    return joined([quiet, resample(readWav(file), 16_000).pcm, quiet]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
