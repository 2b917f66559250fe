import { beforeAll, describe, expect, it } from 'vitest';
import { inHome } from '../../../core/paths.ts';
import { HAR_WIDTH, STATISTICS_WIDTH, X_WIDTH } from '../../../inference/tts/adain-statistics.ts';
import { Vocoder, type Piece } from '../../../inference/tts/vocoder.ts';

/** Features of so many frames: no speech, but sound, and another for each seed. */
function piece(frames: number, seed = 1): Piece {
  const wave = (length: number): Float32Array<ArrayBuffer> => Float32Array.from({ length }, (_, n) => Math.sin(n * 12.9898 * seed) * 0.5);
  return { x: wave(frames * X_WIDTH), har: wave((frames * 60 + 1) * HAR_WIDTH), style: wave(128), statistics: new Float32Array(STATISTICS_WIDTH) };
}

describe('Vocoder', () => {
  let vocoder: Vocoder;
  beforeAll(async () => {
    vocoder = await Vocoder.load(inHome('models/kokoro/generator.onnx'), 2);
  });

  it('gives to each piece its own sound, however many wait for a thread', async () => {
    const alone: Float32Array[] = [];
    for (const frames of [2, 4, 3, 5]) alone.push(await vocoder.run(piece(frames, frames)));
    const together = await Promise.all([2, 4, 3, 5].map((frames) => vocoder.run(piece(frames, frames))));
    expect(together).toEqual(alone);
    expect(together.map(({ length }) => length)).toEqual([600, 1_200, 900, 1_500]);
  });

  it('says what is wrong with a piece, and goes on', async () => {
    const broken = vocoder.run({ ...piece(3), style: new Float32Array(3) });
    const [failed, sound] = await Promise.allSettled([broken, vocoder.run(piece(3))]);
    expect(failed.status).toBe('rejected');
    expect(sound.status).toBe('fulfilled');
    await expect(vocoder.run(piece(2))).resolves.toHaveLength(600);
  });

  it('does not begin without its model', async () => {
    await expect(Vocoder.load('no-such.onnx', 1)).rejects.toThrow('no-such.onnx');
  });
});
