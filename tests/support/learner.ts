import { EventEmitter, once } from 'node:events';
import { AudioFrame, AudioSource, AudioStream, LocalAudioTrack, Room, RoomEvent, TrackKind, TrackPublishOptions, TrackSource, type RemoteTrack } from '@livekit/rtc-node';
import type { Sound } from '../../protocol/pcm.ts';
import { CHAT_TOPIC, TRANSCRIPTION_TOPIC } from '../../protocol/room.ts';
import { rms } from './sound.ts';

const HEARD_RATE = 24_000;
/** RMS of 10 ms above which the coach counts as audible (decoded silence is near 0, speech in the thousands). */
const AUDIBLE = 150;
/** Speech handed over but not yet sent, ms: small, so that the moment of handing over is the moment of speaking. */
const MIC_QUEUE = 40;

export interface Caption {
  /** Identity of who spoke. */
  readonly speaker: string;
  readonly segment: string;
  readonly text: string;
  readonly final: boolean;
}

/** A piece of what was heard, with the moment (performance.now()) at which it was. */
interface Heard {
  readonly at: number;
  readonly pcm: Int16Array;
  readonly loud: boolean;
}

/**
 * A learner without a browser: joins a room with a token, speaks into a microphone that is always open, and keeps what
 * it hears and reads. All times are performance.now() ms of this process, taken where sound is sent and heard.
 */
export class Learner extends EventEmitter<{ heard: [Heard]; tick: []; caption: [Caption]; attributes: [Record<string, string>]; left: [] }> {
  readonly room = new Room();
  readonly captions: Caption[] = [];
  readonly heard: Heard[] = [];
  readonly joinedAt: number;
  readonly #mic: AudioSource;
  readonly #micRate: number;
  readonly #onSpoken = new Map<Int16Array, (at: number) => void>();
  #speech: Int16Array[] = [];
  #closed = false;

  private constructor(micRate: number) {
    super();
    this.setMaxListeners(0);
    this.#micRate = micRate;
    this.#mic = new AudioSource(micRate, 1, MIC_QUEUE);
    this.joinedAt = performance.now();
  }

  static async join({ url, token, micRate = 24_000, microphone = true }: { url: string; token: string; micRate?: number; microphone?: boolean }): Promise<Learner> {
    const learner = new Learner(micRate);
    const { room } = learner;
    room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === TrackKind.KIND_AUDIO) void learner.#listen(track);
    });
    room.on(RoomEvent.ParticipantAttributesChanged, (changed) => learner.emit('attributes', changed));
    room.on(RoomEvent.Disconnected, () => learner.emit('left'));
    room.registerTextStreamHandler(TRANSCRIPTION_TOPIC, (reader, { identity }) => {
      learner.#read(identity, reader).catch(() => undefined); // the room was left in the middle of a caption
    });
    // The framework's own view of the session, for its developer tools.
    room.registerByteStreamHandler('lk.agent.session', () => undefined);
    await room.connect(url, token, { autoSubscribe: true, dynacast: false });
    if (microphone) {
      const options = new TrackPublishOptions();
      options.source = TrackSource.SOURCE_MICROPHONE;
      await room.localParticipant?.publishTrack(LocalAudioTrack.createAudioTrack('microphone', learner.#mic), options);
    }
    void learner.#speak();
    return learner;
  }

  get identity(): string {
    return this.room.localParticipant?.identity ?? '';
  }

  /** The coach's attributes as they stand. */
  get coach(): Record<string, string> {
    const coach = [...this.room.remoteParticipants.values()].find(({ attributes }) => 'lk.agent.state' in attributes);
    return coach?.attributes ?? {};
  }

  /** Says it, and resolves with the moments at which it began and ended. */
  async say({ pcm, sampleRate }: Sound): Promise<{ startedAt: number; endedAt: number }> {
    if (sampleRate !== this.#micRate) throw new Error(`the microphone runs at ${this.#micRate} Hz, the speech at ${sampleRate}`);
    const step = this.#micRate / 100;
    const frames = Array.from({ length: Math.ceil(pcm.length / step) }, (_, index) => {
      const frame = new Int16Array(step);
      frame.set(pcm.subarray(index * step, (index + 1) * step));
      return frame;
    });
    this.#speech.push(...frames);
    const began = this.#spoken(frames[0]);
    const ended = this.#spoken(frames.at(-1));
    return { startedAt: (await began) - 10, endedAt: await ended };
  }

  async type(text: string): Promise<void> {
    await this.room.localParticipant?.sendText(text, { topic: CHAT_TOPIC });
  }

  /** The first audible moment of the coach after `since`. */
  async hears(since = this.joinedAt, signal?: AbortSignal): Promise<number> {
    const already = this.heard.find(({ at, loud }) => loud && at > since);
    if (already !== undefined) return already.at;
    for (;;) {
      const [piece] = (await once(this, 'heard', { signal })) as [Heard];
      if (piece.loud && piece.at > since) return piece.at;
    }
  }

  /** Resolves with the last audible moment once the coach has been silent for `ms` of heard audio. */
  async quiet(ms = 700, since = 0, signal?: AbortSignal): Promise<number> {
    for (;;) {
      const last = this.heard.findLast(({ loud }) => loud)?.at ?? since;
      const now = this.heard.at(-1)?.at ?? 0;
      if (now - Math.max(last, since) >= ms) return last;
      await once(this, 'heard', { signal });
    }
  }

  /** Resolves with the first caption that fits, past or to come. */
  async caption(fits: (caption: Caption) => boolean, signal?: AbortSignal): Promise<Caption> {
    const already = this.captions.find(fits);
    if (already !== undefined) return already;
    for (;;) {
      const [caption] = (await once(this, 'caption', { signal })) as [Caption];
      if (fits(caption)) return caption;
    }
  }

  /** Waits until the coach's attributes fit. */
  async coachIs(fits: (attributes: Record<string, string>) => boolean, signal?: AbortSignal): Promise<void> {
    while (!fits(this.coach)) await once(this, 'attributes', { signal });
  }

  /** What was heard between two moments. */
  recording(from: number, to = Infinity): Sound {
    const pieces = this.heard.filter(({ at }) => at >= from && at <= to).map(({ pcm }) => pcm);
    const pcm = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let offset = 0;
    for (const piece of pieces) {
      pcm.set(piece, offset);
      offset += piece.length;
    }
    return { pcm, sampleRate: HEARD_RATE };
  }

  /** Resolves a moment later, paced by the open microphone: for looking again at what has no event of its own. */
  async tick(): Promise<void> {
    await once(this, 'tick');
  }

  async leave(): Promise<void> {
    this.#closed = true;
    await this.room.disconnect();
  }

  /** The moment at which a frame has been sent. */
  #spoken(frame: Int16Array | undefined): Promise<number> {
    return new Promise((resolve) => {
      if (frame === undefined) resolve(performance.now());
      else this.#onSpoken.set(frame, resolve);
    });
  }

  async #speak(): Promise<void> {
    const silence = new Int16Array(this.#micRate / 100);
    while (!this.#closed) {
      const speech = this.#speech.shift();
      const pcm = speech ?? silence;
      this.emit('tick');
      await this.#mic.captureFrame(new AudioFrame(pcm, this.#micRate, 1, pcm.length)).catch(() => (this.#closed = true));
      if (speech !== undefined) {
        this.#onSpoken.get(speech)?.(performance.now() + this.#mic.queuedDuration);
        this.#onSpoken.delete(speech);
      }
    }
  }

  async #listen(track: RemoteTrack): Promise<void> {
    for await (const frame of new AudioStream(track, { sampleRate: HEARD_RATE, numChannels: 1, frameSizeMs: 10 })) {
      const pcm = Int16Array.from(frame.data);
      const piece: Heard = { at: performance.now(), pcm, loud: rms(pcm) > AUDIBLE };
      this.heard.push(piece);
      this.emit('heard', piece);
    }
  }

  async #read(speaker: string, reader: AsyncIterable<string> & { info: { streamId: string; attributes?: Record<string, string> } }): Promise<void> {
    const attributes = reader.info.attributes ?? {};
    let text = '';
    const tell = (final: boolean): void => {
      const caption: Caption = { speaker, segment: attributes['lk.segment_id'] ?? reader.info.streamId, text, final };
      this.captions.push(caption);
      this.emit('caption', caption);
    };
    for await (const chunk of reader) {
      text += chunk;
      tell(false);
    }
    tell(attributes['lk.transcription_final'] !== 'false');
  }
}
