import { voice as agents } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';

/** A speech of the coach, as far as it was heard. `Mark`: what the sound was made from. */
export interface HeardSpeech<Mark> {
  /** Unix ms of its first sound. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What began to be heard, with where, ms from `startedAt`. */
  readonly marks: readonly { readonly mark: Mark; readonly startMs: number }[];
}

/** A stretch of sound that was heard without a break. */
export interface HeardSound {
  /** Unix ms of its first sample. */
  readonly at: number;
  readonly pcm: Int16Array;
  readonly sampleRate: number;
}

export interface HeardOutputOptions<Mark> {
  /** What begins with a frame, if anything does. */
  readonly markOf: (frame: AudioFrame) => Mark | undefined;
  readonly onSpeech: (speech: HeardSpeech<Mark>) => void;
  /** Whether anybody needs the sound: else none of it is kept. */
  readonly keepsSound: () => boolean;
  readonly onSound: (sound: HeardSound) => void;
}

interface Segment<Mark> {
  frames: AudioFrame[];
  /** Length of what was captured, ms. */
  length: number;
  marks: { mark: Mark; startMs: number }[];
  startedAt: number;
}

/**
 * The last link before the coach's track: what was really heard of a speech, and when. Sound is made ahead of its
 * playing, and an interruption throws it away: only the output that plays it can tell.
 */
export class HeardOutput<Mark> extends agents.AudioOutput {
  readonly #next: agents.AudioOutput;
  readonly #options: HeardOutputOptions<Mark>;
  #captured: Segment<Mark> | undefined;
  /** The output plays one segment at a time. */
  #playing: Segment<Mark> | undefined;

  constructor(next: agents.AudioOutput, options: HeardOutputOptions<Mark>) {
    super(next.sampleRate, next, { pause: true });
    this.#next = next;
    this.#options = options;
  }

  override async captureFrame(frame: AudioFrame): Promise<void> {
    await super.captureFrame(frame);
    const segment = (this.#captured ??= { frames: [], length: 0, marks: [], startedAt: 0 });
    const mark = this.#options.markOf(frame);
    if (mark !== undefined) segment.marks.push({ mark, startMs: Math.round(segment.length) });
    segment.length += (frame.samplesPerChannel / frame.sampleRate) * 1_000;
    if (this.#options.keepsSound()) segment.frames.push(frame);
    await this.#next.captureFrame(frame);
  }

  override onPlaybackStarted(createdAt: number): void {
    this.#playing = this.#captured;
    if (this.#playing !== undefined) this.#playing.startedAt = createdAt;
    super.onPlaybackStarted(createdAt);
  }

  override onPlaybackProgressed(run: Parameters<agents.AudioOutput['onPlaybackProgressed']>[0]): void {
    super.onPlaybackProgressed(run);
    const { offset, duration, startedAt } = run;
    const sound = this.#playing && cut(this.#playing.frames, offset, duration);
    if (sound !== undefined) this.#options.onSound({ at: startedAt, ...sound });
  }

  override onPlaybackFinished(end: Parameters<agents.AudioOutput['onPlaybackFinished']>[0]): void {
    const segment = this.#playing;
    this.#playing = undefined;
    if (segment !== undefined) {
      const durationMs = Math.round(end.playbackPosition * 1_000);
      this.#options.onSpeech({ startedAt: segment.startedAt, durationMs, marks: segment.marks.filter(({ startMs }) => startMs < durationMs) });
    }
    super.onPlaybackFinished(end);
  }

  override flush(): void {
    this.#captured = undefined;
    super.flush();
    this.#next.flush();
  }

  override clearBuffer(): void {
    this.#captured = undefined;
    this.#next.clearBuffer();
  }
}

/** A part of the captured sound, by ms; nothing where none of it was kept. */
function cut(frames: readonly AudioFrame[], offset: number, duration: number): { pcm: Int16Array; sampleRate: number } | undefined {
  const [first] = frames;
  if (first === undefined || duration <= 0) return undefined;
  const { sampleRate } = first;
  const from = Math.round((offset / 1_000) * sampleRate);
  const pcm = new Int16Array(Math.round((duration / 1_000) * sampleRate));
  let position = 0;
  for (const { data } of frames) {
    const begin = Math.max(0, from - position);
    const end = Math.min(data.length, from + pcm.length - position);
    if (begin < end) pcm.set(data.subarray(begin, end), position + begin - from);
    position += data.length;
  }
  return { pcm, sampleRate };
}
