import { describe, expect, it, vi } from 'vitest';
import { Recording } from '../../../inference/tts/recording.ts';

const chunk = (...samples: number[]): Int16Array => Int16Array.from(samples);

async function all(reader: AsyncIterable<Int16Array>): Promise<number[]> {
  const samples: number[] = [];
  for await (const piece of reader) samples.push(...piece);
  return samples;
}

describe('Recording', () => {
  it('gives every reader all of it, whenever they come', async () => {
    const recording = new Recording();
    const early = all(recording.read());
    recording.push(chunk(1, 2));
    const late = all(recording.read());
    recording.push(chunk(3));
    recording.finish();
    expect(await early).toEqual([1, 2, 3]);
    expect(await late).toEqual([1, 2, 3]);
    expect(await all(recording.read())).toEqual([1, 2, 3]);
    expect(recording.pcm()).toEqual(chunk(1, 2, 3));
  });

  it('gives what there was, then the error', async () => {
    const recording = new Recording();
    recording.push(chunk(1));
    recording.fail(new Error('it died'));
    const reader = recording.read();
    expect(await reader.next()).toEqual({ done: false, value: chunk(1) });
    await expect(reader.next()).rejects.toThrow('it died');
    await expect(recording.finished()).rejects.toThrow('it died');
  });

  it('says when the last reader has left', async () => {
    const abandoned = vi.fn();
    const recording = new Recording(abandoned);
    const [first, second] = [recording.read(), recording.read()];
    recording.push(chunk(1));
    await first.return?.();
    await first.return?.();
    expect(abandoned).not.toHaveBeenCalled();
    await second.return?.();
    expect(abandoned).toHaveBeenCalledOnce();
  });

  it('counts a reader whose signal fires as one that left, and rejects its read', async () => {
    const abandoned = vi.fn();
    const recording = new Recording(abandoned);
    const stop = new AbortController();
    const reading = all(recording.read(stop.signal));
    recording.push(chunk(1));
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(abandoned).toHaveBeenCalledOnce();
    const late = recording.read(AbortSignal.abort());
    await expect(late.next()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not abandoned by readers who heard it to the end', async () => {
    const abandoned = vi.fn();
    const recording = new Recording(abandoned);
    const reading = all(recording.read());
    recording.finish();
    await reading;
    recording.push(chunk(9));
    expect(abandoned).not.toHaveBeenCalled();
    expect(recording.samples).toBe(0);
  });
});
