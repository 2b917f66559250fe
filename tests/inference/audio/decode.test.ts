import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeAudio } from '../../../inference/audio/decode.ts';
import { wavFile } from '../../../protocol/pcm.ts';
import { residueDb, sine, toPcm } from '../../support/tones.ts';

const LIMIT = { maxMinutes: 15 };
const TONE = sine(500, 44_100, 1);
const wavTone = wavFile({ pcm: toPcm(TONE), sampleRate: 44_100 });

/** ffmpeg writes to a file here, as a phone would: an MP4's index comes last. */
function convert(args: string[], extension: string, input = wavTone): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'decode-'));
  try {
    const file = join(folder, `tone.${extension}`);
    const { status, stderr } = spawnSync('ffmpeg', ['-loglevel', 'error', '-i', 'pipe:0', ...args, file], { input });
    expect(String(stderr)).toBe('');
    expect(status).toBe(0);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expectTone(audio: Float32Array, below: number): void {
  expect(Math.abs(audio.length - 16_000)).toBeLessThan(2_000); // codecs pad
  expect(residueDb(audio.subarray(4_000, 12_000), 500, 16_000)).toBeLessThan(below);
}

afterEach(() => vi.unstubAllEnvs());

describe('WAV, without ffmpeg', () => {
  test.each([
    ['8-bit', ['-c:a', 'pcm_u8'], -35],
    ['16-bit', ['-c:a', 'pcm_s16le'], -70],
    ['24-bit', ['-c:a', 'pcm_s24le'], -70],
    ['32-bit', ['-c:a', 'pcm_s32le'], -70],
    ['float', ['-c:a', 'pcm_f32le'], -70],
    ['64-bit float', ['-c:a', 'pcm_f64le'], -70],
    ['stereo', ['-ac', '2'], -60],
    ['5.1 (extensible)', ['-ac', '6'], -30],
    ['8 kHz', ['-ar', '8000'], -55],
    ['48 kHz', ['-ar', '48000'], -55],
  ])('%s', async (_name, args, below) => {
    const file = convert(args, 'wav');
    vi.stubEnv('PATH', '');
    expectTone(await decodeAudio(file, LIMIT), below);
  });

  test('16 kHz mono 16-bit is taken sample by sample', async () => {
    const pcm = toPcm(sine(500, 16_000, 0.1));
    expect(await decodeAudio(wavFile({ pcm, sampleRate: 16_000 }), LIMIT)).toEqual(Float32Array.from(pcm, (value) => value / 0x8000));
  });

  test('a stream’s header without a length, and a truncated file: what is there', async () => {
    const streamed = Buffer.from(wavTone);
    streamed.writeUInt32LE(0xffff_ffff, 40);
    expectTone(await decodeAudio(streamed, LIMIT), -70);
    expect(await decodeAudio(wavTone.subarray(0, 44 + 44_100), LIMIT)).toHaveLength(8_000);
  });

  test('two minutes of stereo 44.1 kHz are read a second at a time, and others get their turn in between', async () => {
    const file = wavFile({ pcm: new Int16Array(120 * 44_100 * 2), sampleRate: 44_100 });
    file.writeUInt16LE(2, 22); // channels
    let [turns, reading] = [0, true];
    const takeTurn = (): void => {
      turns += 1;
      if (reading) setImmediate(takeTurn);
    };
    takeTurn();
    expect(await decodeAudio(file, LIMIT)).toHaveLength(120 * 16_000);
    reading = false;
    expect(turns).toBeGreaterThanOrEqual(120);
  });
});

describe('what ffmpeg reads', () => {
  test.each([
    ['mp3', []],
    ['ogg', ['-c:a', 'libopus']],
    ['webm', ['-c:a', 'libopus']],
    ['m4a', []],
    ['flac', []],
    ['wav', ['-c:a', 'pcm_mulaw']],
    ['aiff', []],
  ])('%s %s', async (extension, args) => {
    expectTone(await decodeAudio(convert(args, extension), LIMIT), -20);
  });

  test('a truncated MP3: what is there', async () => {
    const file = convert([], 'mp3');
    const audio = await decodeAudio(file.subarray(0, file.length / 2), LIMIT);
    expect(audio.length).toBeGreaterThan(4_000);
    expect(audio.length).toBeLessThan(12_000);
  });

  test('without ffmpeg an error that says so', async () => {
    const file = convert([], 'mp3');
    vi.stubEnv('PATH', '');
    await expect(decodeAudio(file, LIMIT)).rejects.toMatchObject({ code: 'FFMPEG_MISSING' });
  });
});

describe('what is no recording', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'AUDIO_EMPTY'],
    ['a header without audio', wavTone.subarray(0, 44), 'AUDIO_EMPTY'],
    ['half a header', wavTone.subarray(0, 20), 'AUDIO_UNREADABLE'],
    ['text', Buffer.from('Ceci n’est pas un enregistrement.'), 'AUDIO_UNREADABLE'],
    ['zeros', Buffer.alloc(10_000), 'AUDIO_UNREADABLE'],
    ['an MP4 without its index', Buffer.from('\0\0\0\x18ftypM4A garbage garbage'), 'AUDIO_UNREADABLE'],
    ['a playlist that names a file', Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n'), 'AUDIO_UNREADABLE'],
    ['a concat script', Buffer.from("ffconcat version 1.0\nfile '/etc/hostname'\n"), 'AUDIO_UNREADABLE'],
  ])('%s', async (_name, file, code) => {
    await expect(decodeAudio(file, LIMIT)).rejects.toMatchObject({ code });
  });

  test('too long, as WAV and by ffmpeg', async () => {
    await expect(decodeAudio(wavTone, { maxMinutes: 0.5 / 60 })).rejects.toMatchObject({ code: 'AUDIO_TOO_LONG' });
    const long = convert([], 'mp3', wavFile({ pcm: new Int16Array(16_000 * 4), sampleRate: 16_000 }));
    await expect(decodeAudio(long, { maxMinutes: 1 / 60 })).rejects.toMatchObject({ code: 'AUDIO_TOO_LONG' });
  });

  test('the caller’s leaving ends it', async () => {
    const signal = AbortSignal.abort();
    await expect(decodeAudio(wavTone, { ...LIMIT, signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(decodeAudio(convert([], 'mp3'), { ...LIMIT, signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
