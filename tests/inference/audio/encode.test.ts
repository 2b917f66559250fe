import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeAudio } from '../../../inference/audio/decode.ts';
import { encodeAudio } from '../../../inference/audio/encode.ts';
import { openWav } from '../../../inference/audio/wav.ts';
import { residueDb, sine, toPcm } from '../../support/tones.ts';

const RATE = 24_000;
const TONE = toPcm(sine(500, RATE, 1));

async function* inPieces(): AsyncGenerator<Int16Array, void> {
  for (let at = 0; at < TONE.length; at += 1_000) yield await Promise.resolve(TONE.subarray(at, at + 1_000));
}

afterEach(() => vi.unstubAllEnvs());

test.each(['wav', 'mp3', 'opus', 'aac', 'flac'] as const)('%s holds the tone that went in', async (format) => {
  const file = await buffer(await encodeAudio(inPieces(), RATE, format));
  const audio = await decodeAudio(file, { maxMinutes: 1 });
  expect(Math.abs(audio.length - 16_000)).toBeLessThan(2_000);
  expect(residueDb(audio.subarray(4_000, 12_000), 500, 16_000)).toBeLessThan(-20);
});

test('pcm is the samples; wav is a header that names no length, and the samples', async () => {
  const pcm = Buffer.from(TONE.buffer);
  expect((await buffer(await encodeAudio(inPieces(), RATE, 'pcm'))).equals(pcm)).toBe(true);
  const wav = await buffer(await encodeAudio(inPieces(), RATE, 'wav'));
  expect(wav.subarray(44).equals(pcm)).toBe(true);
  expect(wav.readUInt32LE(4)).toBe(0xffff_ffff);
  expect(openWav(wav)).toMatchObject({ sampleRate: RATE, channels: 1, length: RATE });
});

describe.each(['wav', 'mp3'] as const)('%s', (format) => {
  test('comes while the speech is still being made', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<undefined>();
    const stream = await encodeAudio((async function* () {
      yield TONE;
      await rest;
      yield TONE;
    })(), RATE, format);
    await once(stream, 'readable');
    goOn(undefined);
    expect((await buffer(stream)).length).toBeGreaterThan(0);
  });

  test('leaving ends the computation', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    const { promise: left, resolve: leave } = Promise.withResolvers<string>();
    const stream = await encodeAudio((async function* () {
      begin(undefined);
      try {
        for (;;) yield await Promise.resolve(TONE);
      } finally {
        leave('left');
      }
    })(), RATE, format);
    stream.resume();
    await begun;
    stream.destroy();
    expect(await left).toBe('left');
  });

  test('an engine that breaks off is an error of the stream, not its end', async () => {
    const stream = await encodeAudio((async function* () {
      yield await Promise.resolve(TONE);
      throw new Error('engine died');
    })(), RATE, format);
    await expect(buffer(stream)).rejects.toThrow('engine died');
  });
});

test('without ffmpeg: an error that says so, but not for wav', async () => {
  vi.stubEnv('PATH', '');
  await expect(encodeAudio(inPieces(), RATE, 'mp3')).rejects.toMatchObject({ code: 'FFMPEG_MISSING' });
  expect((await buffer(await encodeAudio(inPieces(), RATE, 'wav'))).length).toBe(44 + TONE.byteLength);
});
