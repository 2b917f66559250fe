import { ParticipantKind, RoomEvent, type RemoteParticipant, type Room } from '@livekit/rtc-node';
import type { Clock } from '../core/clock.ts';

const LEARNER_KINDS: readonly (ParticipantKind | undefined)[] = [ParticipantKind.STANDARD, ParticipantKind.SIP, ParticipantKind.CONNECTOR, undefined];

export interface LearnerPresenceOptions {
  readonly room: Pick<Room, 'on' | 'remoteParticipants'>;
  readonly clock: Clock;
  /** How long a room is waited in that nobody has come to yet, and one that everybody has left, ms. */
  readonly patience: { readonly first: number; readonly again: number };
  /** The learner whom the coach attends to has come, or another one takes over; `back`: to a room that was empty meanwhile. */
  readonly onCome: (learner: RemoteParticipant, back: boolean) => void;
  /** Nobody is there any more. */
  readonly onGone: (identity: string) => void;
  /** Nobody came (back) within the patience, or the room was lost; `deserted`: somebody had been there, and left. */
  readonly onLost: (deserted: boolean) => void;
}

/**
 * Who the coach talks with: the first learner in the room. A learner who leaves may come back, also under a new
 * identity after a reload, and is then attended to again.
 */
export class LearnerPresence {
  readonly #options: LearnerPresenceOptions;
  #current: string | undefined;
  #deserted = false;
  #cancelWait: () => void = () => undefined;

  constructor(options: LearnerPresenceOptions) {
    this.#options = options;
    const { room } = options;
    room.on(RoomEvent.ParticipantConnected, () => this.#look());
    room.on(RoomEvent.ParticipantDisconnected, () => this.#look());
    room.on(RoomEvent.Disconnected, () => {
      this.#cancelWait();
      options.onLost(this.#deserted);
    });
    this.#wait(options.patience.first);
    this.#look();
  }

  #look(): void {
    const { room, onCome, onGone } = this.#options;
    const learners = [...room.remoteParticipants.values()].filter(({ info }) => LEARNER_KINDS.includes(info.kind));
    if (this.#current !== undefined && learners.some(({ identity }) => identity === this.#current)) return;
    const left = this.#current;
    const next = learners[0];
    this.#current = next?.identity;
    if (left !== undefined && next === undefined) {
      this.#deserted = true;
      onGone(left);
      this.#wait(this.#options.patience.again);
    }
    if (next !== undefined) {
      this.#cancelWait();
      onCome(next, this.#deserted);
      this.#deserted = false;
    }
  }

  #wait(patience: number): void {
    const { clock, onLost } = this.#options;
    this.#cancelWait();
    this.#cancelWait = clock.after(patience, () => onLost(this.#deserted));
  }
}
