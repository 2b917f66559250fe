import { stt, type APIConnectOptions } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { delay, systemClock, type Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import type { RecognitionSocket } from '../protocol/clients/recognition-socket.ts';
import type { SttServerMessage } from '../protocol/stt-stream.ts';
import type { Word } from '../protocol/transcript.ts';
import { SpeechTimeline } from './recording/speech-timeline.ts';
import type { TurnRecorder } from './turn-recorder.ts';

/** Hz of what recognition is given. */
export const RECOGNITION_RATE = 16_000;
/** Speech kept for a recogniser that comes back: what was said while it was away is recognised then. */
const KEPT_SECONDS = 30;
const FIRST_RETRY = 200;
const LONGEST_RETRY = 2_000;

export interface RecognitionOptions {
  readonly open: () => RecognitionSocket;
  readonly language: string;
  readonly recorder: TurnRecorder;
  /** Told of all that is heard: Unix ms of its first sample. */
  readonly onSound: (at: number, pcm: Int16Array) => void;
  /** Told when recognition goes away and comes back. */
  readonly onAvailable: (available: boolean) => void;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Inference's `/stream` as a speech-to-text of the framework. It never gives up: it reconnects for as long as the session lasts. */
export class InferenceRecognition extends stt.STT {
  label = 'eloquence.InferenceRecognition';
  readonly #options: RecognitionOptions;

  constructor(options: RecognitionOptions) {
    super({ streaming: true, interimResults: true, alignedTranscript: false });
    this.#options = options;
  }

  override stream(options?: { connOptions?: APIConnectOptions }): stt.SpeechStream {
    return new InferenceRecognitionStream(this, this.#options, options?.connOptions);
  }

  protected override _recognize(): Promise<stt.SpeechEvent> {
    return Promise.reject(new Error('this recogniser only streams'));
  }
}

class InferenceRecognitionStream extends stt.SpeechStream {
  label = 'eloquence.InferenceRecognitionStream';
  readonly #options: RecognitionOptions & { readonly clock: Clock };
  readonly #kept = new KeptAudio(KEPT_SECONDS * RECOGNITION_RATE);
  readonly #timeline = new SpeechTimeline();
  #connection: RecognitionSocket | undefined;

  constructor(recognition: InferenceRecognition, options: RecognitionOptions, connOptions?: APIConnectOptions) {
    super(recognition, RECOGNITION_RATE, connOptions);
    this.#options = { clock: systemClock, ...options };
    this.abortSignal.addEventListener('abort', () => this.#connection?.close(), { once: true });
  }

  protected override async run(): Promise<void> {
    const pushed = this.#pushInput();
    const { open, onAvailable, log, clock } = this.#options;
    let retry = FIRST_RETRY;
    while (this.#listening()) {
      try {
        const connection = open();
        await connection.opened;
        const origin = this.#kept.replay((pcm) => connection.push(pcm));
        this.#connection = connection;
        onAvailable(true);
        retry = FIRST_RETRY;
        for await (const message of connection) this.#handle(message, origin / RECOGNITION_RATE);
      } catch (error) {
        if (this.#listening()) log.warn({ err: error }, 'recognition went away; connecting again');
      }
      this.#connection = undefined;
      if (!this.#listening()) break;
      onAvailable(false);
      await delay(retry, { clock, signal: this.abortSignal }).catch(() => undefined);
      retry = Math.min(retry * 2, LONGEST_RETRY);
    }
    await pushed;
  }

  #listening(): boolean {
    return !this.abortSignal.aborted && !this.input.closed;
  }

  async #pushInput(): Promise<void> {
    const { onSound, clock } = this.#options;
    for await (const frame of this.input) {
      if (typeof frame === 'symbol') continue;
      const pcm = samplesOf(frame);
      onSound(this.#timeline.place((pcm.length * 1_000) / RECOGNITION_RATE, clock.wall()), pcm);
      this.#kept.push(pcm);
      this.#connection?.push(pcm);
    }
    this.#connection?.close();
  }

  /** `origin`: where the connection's first sample lies in this stream, in seconds. */
  #handle(message: SttServerMessage, origin: number): void {
    const { recorder, language, log } = this.#options;
    const wall = (seconds: number): number => this.#timeline.wallAt((seconds + origin) * 1_000) / 1_000;
    const shift = (words: readonly Word[] = []): Word[] => words.map((word) => ({ ...word, start: wall(word.start), end: wall(word.end) }));
    if ('error' in message) {
      log.warn({ code: message.error.code }, 'recognition reports an error');
    } else if ('preflight' in message) {
      const words = shift(message.result);
      recorder.preflight(words);
      this.#emit(stt.SpeechEventType.PREFLIGHT_TRANSCRIPT, message.preflight, words, language);
    } else if ('partial' in message) {
      recorder.spokeOn();
      this.#emit(stt.SpeechEventType.INTERIM_TRANSCRIPT, message.partial, [], language);
    } else {
      const words = shift(message.result);
      recorder.final(words);
      const last = message.result?.at(-1);
      if (last !== undefined) this.#kept.dropBefore(Math.round((last.end + origin) * RECOGNITION_RATE));
      this.#emit(stt.SpeechEventType.FINAL_TRANSCRIPT, message.text, words, language);
    }
  }

  #emit(type: stt.SpeechEventType, text: string, words: readonly Word[], language: string): void {
    if (text === '' || this.queue.closed) return;
    const confidence = words.length === 0 ? 0 : words.reduce((sum, { conf }) => sum + conf, 0) / words.length;
    // Times stay out of it: the framework's own VAD dates the end of speech, and better.
    this.queue.put({ type, alternatives: [{ language: language as stt.SpeechData['language'], text, startTime: 0, endTime: 0, confidence }] });
  }
}

/** The last `capacity` samples of a stream that no final has covered yet. Positions count from the stream's beginning. */
class KeptAudio {
  readonly #capacity: number;
  #chunks: Int16Array[] = [];
  /** Position of the first kept sample, and of the next one to come. */
  #from = 0;
  #to = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(pcm: Int16Array): void {
    this.#chunks.push(pcm);
    this.#to += pcm.length;
    this.dropBefore(this.#to - this.#capacity);
  }

  dropBefore(position: number): void {
    for (let first = this.#chunks[0]; first !== undefined && this.#from + first.length <= position; first = this.#chunks[0]) {
      this.#chunks.shift();
      this.#from += first.length;
    }
  }

  /** Hands over all that is kept. Returns the position of its first sample. */
  replay(push: (pcm: Int16Array) => void): number {
    for (const chunk of this.#chunks) push(chunk);
    return this.#from;
  }
}

/** A copy: the framework reuses its buffers. */
const samplesOf = (frame: AudioFrame): Int16Array => Int16Array.from(frame.data);
