import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AudioFrame, AudioResampler } from '@livekit/rtc-node';
import type { Logger } from '../../core/log.ts';
import { joined } from '../../protocol/pcm.ts';

/** Hz of both sides, and bytes a sample. */
export const RECORDING_RATE = 16_000;
const SAMPLE = 2;
/** Sound is written in pieces of so many samples. */
const PIECE = RECORDING_RATE / 2;

const SIDES = ['learner', 'coach'] as const;
export type Side = (typeof SIDES)[number];

/** Where the sound of one side is kept while the session runs: 16-bit mono, beginning at `startedAt` (Unix ms). */
export const sideFile = (base: string, startedAt: number, side: Side): string => `${base}.${startedAt}.${side}.pcm`;

/**
 * Both sides of a session on disk, each sound at its time: what was silent was never written, and is zero. It outlives
 * the job at any moment; the worker makes one stereo file of it (delivery.ts).
 */
export class Recording {
  readonly startedAt: number;
  readonly #tracks: Record<Side, TrackFile>;

  /** @param base path without its ending */
  constructor(base: string, startedAt: number, log: Logger) {
    this.startedAt = startedAt;
    const track = (side: Side): TrackFile => new TrackFile(sideFile(base, startedAt, side), startedAt, log);
    this.#tracks = { learner: track('learner'), coach: track('coach') };
  }

  /** Sound that lies at Unix ms `at`. Never fails and never waits for the disk. */
  write(side: Side, at: number, pcm: Int16Array, sampleRate: number): void {
    this.#tracks[side].write(at, sampleRate === RECORDING_RATE ? pcm : resampled(pcm, sampleRate));
  }

  /** Resolves when all is on disk. */
  async close(): Promise<void> {
    await Promise.all(SIDES.map((side) => this.#tracks[side].close()));
  }
}

class TrackFile {
  readonly #file: Promise<FileHandle | undefined>;
  readonly #origin: number;
  readonly #log: Logger;
  /** Sound that follows on each other, and where it begins, samples. */
  #pieces: Int16Array[] = [];
  #from = 0;
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(path: string, origin: number, log: Logger) {
    this.#origin = origin;
    this.#log = log;
    this.#file = mkdir(dirname(path), { recursive: true, mode: 0o700 }).then(() => open(path, 'w', 0o600)).catch((error: unknown) => this.#fail(error));
  }

  write(at: number, pcm: Int16Array): void {
    const position = Math.round(((at - this.#origin) / 1_000) * RECORDING_RATE);
    // Of the first frame, a part may lie before the beginning.
    const samples = pcm.subarray(Math.max(0, -position));
    const from = Math.max(0, position);
    if (samples.length === 0) return;
    // A rounded millisecond is no gap.
    if (Math.abs(from - this.#from - this.#length) > RECORDING_RATE / 500) this.#flush();
    if (this.#length === 0) this.#from = from;
    this.#pieces.push(samples);
    this.#length += samples.length;
    if (this.#length >= PIECE) this.#flush();
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    await (await this.#file)?.close();
  }

  #flush(): void {
    if (this.#length === 0) return;
    const pcm = joined(this.#pieces);
    const from = this.#from;
    this.#pieces = [];
    this.#from = from + pcm.length;
    this.#length = 0;
    this.#writing = this.#writing.then(async () => {
      if (this.#failed) return;
      const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
      await (await this.#file)?.write(bytes, 0, bytes.length, from * SAMPLE).catch((error: unknown) => this.#fail(error));
    });
  }

  /** The session goes on without its recording. */
  #fail(error: unknown): undefined {
    if (!this.#failed) this.#log.error({ code: (error as NodeJS.ErrnoException).code }, 'the recording cannot be written; it ends here');
    this.#failed = true;
    return undefined;
  }
}

function resampled(pcm: Int16Array, sampleRate: number): Int16Array {
  const resampler = new AudioResampler(sampleRate, RECORDING_RATE, 1);
  try {
    const frames = [...resampler.push(new AudioFrame(pcm, sampleRate, 1, pcm.length)), ...resampler.flush()];
    return joined(frames.map(({ data }) => Int16Array.from(data)));
  } finally {
    resampler.close();
  }
}
