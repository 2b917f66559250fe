import { Readable } from 'node:stream';
import { startFfmpeg } from './ffmpeg.ts';
import { wavHeader } from '../../protocol/pcm.ts';

export const AUDIO_FORMATS = ['wav', 'pcm', 'mp3', 'opus', 'aac', 'flac'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<AudioFormat, string>> = {
  wav: 'audio/wav',
  pcm: 'audio/pcm',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg; codecs=opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
};

const CODECS: Readonly<Record<Exclude<AudioFormat, 'wav' | 'pcm'>, readonly string[]>> = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-write_xing', '0', '-f', 'mp3'],
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-page_duration', '20000', '-f', 'ogg'],
  aac: ['-c:a', 'aac', '-b:a', '64k', '-f', 'adts'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
};

/**
 * Speech in a file format, sent on as it is made. Destroying the stream ends `audio` too.
 * @param audio 16-bit mono
 * @throws CodedError FFMPEG_MISSING for other formats than wav and pcm
 */
export async function encodeAudio(audio: AsyncIterable<Int16Array>, sampleRate: number, format: AudioFormat): Promise<Readable> {
  if (format === 'pcm') return Readable.from(bytes(audio), { objectMode: false });
  if (format === 'wav') return Readable.from(bytes(audio, wavHeader(sampleRate)), { objectMode: false });
  const ffmpeg = await startFfmpeg(['-probesize', '32', '-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0', ...CODECS[format], '-flush_packets', '1', 'pipe:1'], format);
  const source = Readable.from(bytes(audio), { objectMode: false });
  // An engine that breaks off must not look like the end of the speech.
  source.on('error', (error) => ffmpeg.stdout.destroy(error));
  ffmpeg.stdout.once('close', () => source.destroy());
  source.pipe(ffmpeg.stdin);
  return ffmpeg.stdout;
}

async function* bytes(audio: AsyncIterable<Int16Array>, header?: Buffer): AsyncGenerator<Buffer, void> {
  if (header) yield header;
  for await (const { buffer, byteOffset, byteLength } of audio) if (byteLength > 0) yield Buffer.from(buffer, byteOffset, byteLength);
}
