import { describe, expect, it } from 'vitest';
import { pauseAfter, withPause } from '../../../inference/tts/silence.ts';

const RATE = 24;
const quiet = (ms: number): Int16Array => new Int16Array(ms * RATE).fill(40);
const loud = (ms: number): Int16Array => new Int16Array(ms * RATE).fill(5_000);

/** Length in ms of each stretch of sound and of quiet. */
function stretches(pcm: Int16Array): { loud: boolean; ms: number }[] {
  const found: { loud: boolean; ms: number }[] = [];
  for (const sample of pcm) {
    const isLoud = sample === 5_000;
    const last = found.at(-1);
    if (last?.loud === isLoud) last.ms += 1 / RATE;
    else found.push({ loud: isLoud, ms: 1 / RATE });
  }
  return found.map(({ loud, ms }) => ({ loud, ms: Math.round(ms) }));
}

async function* from(chunks: readonly Int16Array[]): AsyncGenerator<Int16Array, void> {
  yield* await Promise.resolve(chunks);
}

async function trimmed(chunks: readonly Int16Array[], pauseMs: number): Promise<Int16Array> {
  const all: number[] = [];
  for await (const chunk of withPause(from(chunks), { engine: 'test', pauseMs })) all.push(...chunk);
  return Int16Array.from(all);
}

describe('withPause', () => {
  const expected = [{ loud: false, ms: 15 }, { loud: true, ms: 100 }, { loud: false, ms: 200 }, { loud: true, ms: 50 }, { loud: false, ms: 335 }];
  const whole = [quiet(400), loud(100), quiet(200), loud(50), quiet(370)];

  it('takes the silence from both ends, keeps it inside, and ends with the pause', async () => {
    expect(stretches(await trimmed(whole, 320))).toEqual(expected);
  });

  it('does the same wherever the chunks end', async () => {
    const joined = Int16Array.from(whole.flatMap((chunk) => [...chunk]));
    for (const size of [7, 240, 5_000]) {
      const chunks = Array.from({ length: Math.ceil(joined.length / size) }, (_, i) => joined.slice(i * size, (i + 1) * size));
      expect(stretches(await trimmed(chunks, 320))).toEqual(expected);
    }
  });

  it('gives the sound out with the chunk that holds it', async () => {
    const audio = withPause(from([quiet(400), loud(100), quiet(100), loud(100)]), { engine: 'test', pauseMs: 0 });
    const first = await audio.next();
    expect(first.value).toHaveLength(115 * RATE);
  });

  it.each([[[]], [[quiet(1_000)]], [[new Int16Array(0)]]])('calls it a failure when there is nothing to hear', async (chunks) => {
    await expect(trimmed(chunks, 320)).rejects.toMatchObject({ code: 'ENGINE_FAILED', details: { engine: 'test' } });
  });
});

it.each([
  ['Bonjour.', 1, 320],
  ['Vraiment ?', 1, 320],
  ['« Oui ! »', 1, 320],
  ['Bonjour,', 1, 160],
  ['et puis', 1, 60],
  ['Bonjour.', 2, 160],
])('a pause after %j at speed %d lasts %d ms', (text, speed, ms) => {
  expect(pauseAfter(text, speed)).toBe(ms);
});
