import { constants } from 'node:fs';
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

type OpenFile = (path: string) => Promise<Pick<FileHandle, 'write' | 'close'>>;

/**
 * Both sides of a session on disk, each sound at its time: what was silent was never written, and is zero. It outlives
 * the job at any moment; the worker makes one stereo file of it (delivery.ts).
 */
export class Recording {
  readonly startedAt: number;
  readonly #tracks: Record<Side, TrackFile>;

  /**
   * @param base path without its ending
   * @param openFile makes the file with its folder, or opens it: a test's disk may be full
   */
  constructor(base: string, startedAt: number, log: Logger, openFile: OpenFile = openToWrite) {
    this.startedAt = startedAt;
    const track = (side: Side): TrackFile => new TrackFile(() => openFile(sideFile(base, startedAt, side)), startedAt, log);
    this.#tracks = { learner: track('learner'), coach: track('coach') };
  }

  /** Sound that lies at Unix ms `at`. Never fails and never waits for the disk. */
  write(side: Side, at: number, pcm: Int16Array, sampleRate: number): void {
    this.#tracks[side].write(at, sampleRate === RECORDING_RATE ? pcm : resampled(pcm, sampleRate));
  }

  /** Resolves when what fills whole pieces is on disk, or lost. */
  async settled(): Promise<void> {
    await Promise.all(SIDES.map((side) => this.#tracks[side].settled()));
  }

  /** Resolves when all is on disk, or lost. */
  async close(): Promise<void> {
    await Promise.all(SIDES.map((side) => this.#tracks[side].close()));
  }
}

class TrackFile {
  readonly #open: () => ReturnType<OpenFile>;
  readonly #origin: number;
  readonly #log: Logger;
  #file: Awaited<ReturnType<OpenFile>> | undefined;
  /** Sound that follows on each other, and where it begins, samples. */
  #pieces: Int16Array[] = [];
  #from = 0;
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The disk takes nothing, and samples that it has not taken since then. */
  #failing = false;
  #lost = 0;

  constructor(open: () => ReturnType<OpenFile>, origin: number, log: Logger) {
    this.#open = open;
    this.#origin = origin;
    this.#log = log;
    // A side that says nothing has its file nevertheless.
    this.#writing = this.#keep(new Int16Array(), 0);
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

  settled(): Promise<void> {
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    await this.#file?.close().catch((error: unknown) => this.#lose(error, 0));
  }

  #flush(): void {
    if (this.#length === 0) return;
    const pcm = joined(this.#pieces);
    const from = this.#from;
    this.#pieces = [];
    this.#from = from + pcm.length;
    this.#length = 0;
    this.#writing = this.#writing.then(() => this.#keep(pcm, from));
  }

  /** What the disk does not take is silence; what comes later has its place. */
  async #keep(pcm: Int16Array, from: number): Promise<void> {
    try {
      this.#file ??= await this.#open();
      await writeAll(this.#file, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), from * SAMPLE);
    } catch (error) {
      this.#lose(error, pcm.length);
      return;
    }
    if (this.#failing) this.#log.warn({ lostMs: Math.round((this.#lost * 1_000) / RECORDING_RATE) }, 'the recording goes on: what it lost is silence in it');
    this.#failing = false;
    this.#lost = 0;
  }

  #lose(error: unknown, samples: number): void {
    if (!this.#failing) this.#log.error({ code: (error as NodeJS.ErrnoException).code }, 'the recording cannot be written; the session goes on, and what is said until it can is missing there');
    this.#failing = true;
    this.#lost += samples;
  }
}

async function openToWrite(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
}

/** A disk that becomes full takes a part and says nothing: it says so of the rest. */
async function writeAll(file: Pick<FileHandle, 'write'>, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
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
