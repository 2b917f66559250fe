import { ConnectionState, Track, type Room } from 'livekit-client';
import { closeMicrophone, openMicrophone, watchLoss } from '../audio/microphone.ts';

export type MicrophoneState = 'open' | 'muted' | 'none';

/** `revoked`: the learner took the leave back from the page. */
export type MicrophoneLoss = 'unplugged' | 'revoked';

/**
 * The learner's microphone in a room. One stream lasts for the whole session, so that the browser asks only once; it is
 * published anew in every connection, and gone when it is unplugged.
 */
export class LearnerMicrophone {
  readonly #room: Room;
  readonly #onChange: (state: MicrophoneState, loss: MicrophoneLoss | undefined) => void;
  #stream: MediaStream | undefined;
  #unwatch: (() => void) | undefined;
  #state: MicrophoneState = 'none';

  constructor(room: Room, stream: MediaStream | undefined, onChange: (state: MicrophoneState, loss: MicrophoneLoss | undefined) => void) {
    this.#room = room;
    this.#onChange = onChange;
    if (stream) this.#hold(stream);
  }

  /** What it hears; for who draws it. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  /** Lets the room hear it; call it after each joining. */
  async publish(): Promise<void> {
    const track = this.#stream?.getAudioTracks()[0];
    if (!track) return;
    const publication = await this.#room.localParticipant.publishTrack(track, { source: Track.Source.Microphone });
    if (this.#state === 'muted') await publication.mute();
  }

  async mute(muted: boolean): Promise<void> {
    const publication = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone);
    await (muted ? publication?.mute() : publication?.unmute());
    this.#become(muted ? 'muted' : 'open');
  }

  /**
   * Opens `device`, or the system's own, in mid-session: for a learner who came without one, lost it, or takes another.
   * @throws MicrophoneError
   */
  async open(device?: string): Promise<void> {
    const stream = await openMicrophone(device);
    await this.#unpublish();
    this.close();
    this.#hold(stream);
    this.#become('open');
    // Where there is no connection now, the next one publishes it.
    if (this.#room.state === ConnectionState.Connected) await this.publish();
  }

  close(): void {
    this.#unwatch?.();
    if (this.#stream) closeMicrophone(this.#stream);
    this.#stream = this.#unwatch = undefined;
  }

  #hold(stream: MediaStream): void {
    this.#stream = stream;
    this.#state = 'open';
    this.#unwatch = watchLoss(stream, (loss) => {
      void this.#unpublish();
      this.close();
      this.#become('none', loss);
    });
  }

  async #unpublish(): Promise<void> {
    const publication = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone);
    if (publication?.track) await this.#room.localParticipant.unpublishTrack(publication.track);
  }

  #become(state: MicrophoneState, loss?: MicrophoneLoss): void {
    this.#state = state;
    this.#onChange(state, loss);
  }
}
