import { Track, type Room } from 'livekit-client';
import { closeMicrophone, openMicrophone } from '../audio/microphone.ts';

export type MicrophoneState = 'open' | 'muted' | 'none';

/**
 * The learner's microphone in a room. One stream lasts for the whole session, so that the browser asks only once; it is
 * published anew in every connection, and gone when it is unplugged.
 */
export class LearnerMicrophone {
  readonly #room: Room;
  readonly #onChange: (state: MicrophoneState) => void;
  #stream: MediaStream | undefined;
  #state: MicrophoneState;

  constructor(room: Room, stream: MediaStream | undefined, onChange: (state: MicrophoneState) => void) {
    this.#room = room;
    this.#stream = stream;
    this.#state = stream ? 'open' : 'none';
    this.#onChange = onChange;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** Lets the room hear it; call it after each joining. */
  async publish(): Promise<void> {
    const track = this.#stream?.getAudioTracks()[0];
    if (!track) return;
    if (track.readyState === 'ended') {
      this.#lose();
      return;
    }
    track.addEventListener('ended', () => this.#lose(), { once: true });
    const publication = await this.#room.localParticipant.publishTrack(track, { source: Track.Source.Microphone });
    if (this.#state === 'muted') await publication.mute();
  }

  async mute(muted: boolean): Promise<void> {
    const publication = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone);
    await (muted ? publication?.mute() : publication?.unmute());
    this.#become(muted ? 'muted' : 'open');
  }

  /**
   * Opens one in mid-session, for a learner who came without or whose one was unplugged.
   * @throws MicrophoneError
   */
  async open(): Promise<void> {
    this.#stream = await openMicrophone();
    this.#become('open');
    await this.publish();
  }

  close(): void {
    if (this.#stream) closeMicrophone(this.#stream);
    this.#stream = undefined;
  }

  #lose(): void {
    const publication = this.#room.localParticipant.getTrackPublication(Track.Source.Microphone);
    if (publication?.track) void this.#room.localParticipant.unpublishTrack(publication.track);
    this.#stream = undefined;
    this.#become('none');
  }

  #become(state: MicrophoneState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
