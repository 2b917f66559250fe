import { describe, expect, it } from 'vitest';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { plausible } from '../../../inference/tts/plausible.ts';
import { joined } from '../../../protocol/pcm.ts';

const RATE = 24_000;
const text = 'Bonjour à vous.';

async function pass(audio: Int16Array, said = text): Promise<Int16Array> {
  async function* chunks(): AsyncGenerator<Int16Array, void> {
    for (let at = 0; at < audio.length; at += 1_000) yield await Promise.resolve(audio.subarray(at, at + 1_000));
  }
  return joined(await Array.fromAsync(plausible(chunks(), { engine: 'kokoro', text: said, speed: 1 })));
}

const make = (seconds: number, sample: (n: number) => number): Int16Array => Int16Array.from({ length: seconds * RATE }, (_, n) => sample(n));
/** A generator of its own: the same noise in each run. */
function noise(seconds: number): Int16Array {
  let state = 1;
  return make(seconds, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647 - 0.5) * 20_000;
  });
}

describe('what may be speech', () => {
  it.each(['Oui.', 'Six cents saucissons secs, sans sel, chez Cécile et Suzanne, ce soir.', 'Chut, chut !'])('is passed on as it is: %s', async (said) => {
    const spoken = joined(await Array.fromAsync(new Espeak().synthesize({ text: said, voice: 'ff_siwis', language: 'fr', speed: 1, priority: 1 })));
    expect(await pass(spoken, said)).toEqual(spoken);
  });

  it.each([
    ['noise', noise(2)],
    ['full scale', make(2, (n) => (n % 40 < 20 ? 32_767 : -32_768))],
    ['no end', make(8, (n) => 6_000 * Math.sin(n / 20))],
  ])('is not %s', async (_, audio) => {
    await expect(pass(audio)).rejects.toMatchObject({ code: 'ENGINE_FAILED', details: { engine: 'kokoro' } });
  });
});
