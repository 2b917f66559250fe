import { once } from 'node:events';
import { setImmediate as breathe } from 'node:timers/promises';
import { CodedError } from '../../core/errors.ts';
import { startFfmpeg } from './ffmpeg.ts';
import { Resampler } from './resampler.ts';
import { openWav, type Wav } from './wav.ts';

/** What recognition works on, Hz. */
const RATE = 16_000;
/** Decoding takes far less; whoever needs more than this is feeding it something made to be slow. */
const DEADLINE = 60_000;

/**
 * A recording in any format → mono, 16 kHz, −1 … 1. WAV is read here, all else by ffmpeg, from memory to memory.
 * @throws CodedError AUDIO_EMPTY, AUDIO_UNREADABLE, AUDIO_TOO_LONG or, for other formats than WAV, FFMPEG_MISSING
 */
export async function decodeAudio(file: Buffer, { maxMinutes, signal }: { maxMinutes: number; signal?: AbortSignal }): Promise<Float32Array> {
  if (file.length === 0) throw new CodedError('AUDIO_EMPTY');
  const wav = openWav(file);
  const audio = wav === undefined ? await decodeByFfmpeg(file, maxMinutes, signal) : await decodeWav(wav, maxMinutes, signal);
  if (audio.length === 0) throw new CodedError('AUDIO_EMPTY');
  return audio;
}

/** A second at a time, so that ten minutes of it hold nobody up. */
async function decodeWav(wav: Wav, maxMinutes: number, signal?: AbortSignal): Promise<Float32Array> {
  const { sampleRate, length } = wav;
  if (length > maxMinutes * 60 * sampleRate) throw new CodedError('AUDIO_TOO_LONG', { minutes: maxMinutes });
  const resampler = sampleRate === RATE ? undefined : new Resampler(sampleRate, RATE);
  const pieces: Float32Array[] = [];
  for (let at = 0; at < length; at += sampleRate) {
    const samples = wav.mono(at, Math.min(length, at + sampleRate));
    pieces.push(resampler?.push(samples) ?? samples);
    await breathe(undefined, { ...(signal && { signal }) });
  }
  return joined([...pieces, ...(resampler ? [resampler.flush()] : [])]);
}

async function decodeByFfmpeg(file: Buffer, maxMinutes: number, caller?: AbortSignal): Promise<Float32Array> {
  const deadline = AbortSignal.timeout(DEADLINE);
  // An MP4's index may come last, and only then must ffmpeg be able to seek.
  const input = file.toString('latin1', 4, 8) === 'ftyp' ? 'cache:pipe:0' : 'pipe:0';
  const longest = maxMinutes * 60;
  const ffmpeg = await startFfmpeg(
    ['-i', input, '-t', String(longest + 1), '-map', '0:a:0', '-ac', '1', '-ar', String(RATE), '-f', 'f32le', 'pipe:1'],
    'of this audio',
    caller ? AbortSignal.any([deadline, caller]) : deadline,
  );
  const exited = once(ffmpeg, 'exit') as Promise<[number | null]>;
  ffmpeg.stdin.end(file);
  const bytes = Buffer.concat(await ffmpeg.stdout.toArray() as Buffer[]);
  const [code] = await exited;
  caller?.throwIfAborted();
  if (deadline.aborted) throw new CodedError('AUDIO_UNREADABLE', { reason: 'decoding takes too long' });
  if (code !== 0 && bytes.length === 0) throw new CodedError('AUDIO_UNREADABLE', { reason: 'ffmpeg finds no audio in it' });
  if (bytes.length > longest * RATE * 4) throw new CodedError('AUDIO_TOO_LONG', { minutes: maxMinutes });
  // Copied: a buffer of small pieces need not begin at a multiple of four bytes.
  return new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2);
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
