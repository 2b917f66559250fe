import { RpcError, type RemoteParticipant, type Room } from 'livekit-client';
import { CHAT_TOPIC, TEXT_ID_ATTRIBUTE } from '../../../protocol/room.ts';
import type { Line } from '../transcript/transcript.ts';

/** A method nobody has: to answer that it is not there is proof enough of being there. */
const NOBODYS_METHOD = 'eloquence.ping';
const TRY_MS = 1_000;

export interface Letter {
  readonly line: Line;
  readonly coach: RemoteParticipant;
}

/**
 * Hands typed text to the coach, in order, one after the other. LiveKit says that a connection stands some moments
 * before data goes through it, and what is sent in between is lost without a word: so a connection must first be seen
 * to carry something there and back, and what is under way when it breaks counts as not sent. A text keeps its id
 * however often it goes, so that the coach can pass over one it has read.
 */
export class TextDelivery {
  readonly #room: Room;
  readonly #next: () => Letter | undefined;
  readonly #delivered: (line: Line) => void;
  #busy = false;
  #breaks = 0;
  /** The connection and coach that data was seen to go through. */
  #proven: string | undefined;

  /** @param next what is to be delivered now, and to whom; nothing while there is nobody to read it */
  constructor(room: Room, next: () => Letter | undefined, delivered: (line: Line) => void) {
    this.#room = room;
    this.#next = next;
    this.#delivered = delivered;
  }

  /** The connection was lost, or replaced by another. */
  handleBroken(): void {
    this.#breaks += 1;
  }

  /** Delivers all there is. What fails stays to be delivered by the next call. */
  async run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let letter = this.#next(); letter; letter = this.#next()) await this.#deliver(letter);
    } catch {
      // It is still waiting, and is shown so.
    } finally {
      this.#busy = false;
    }
  }

  async #deliver({ line, coach: { identity, sid } }: Letter): Promise<void> {
    const connection = (): string => `${this.#breaks} ${sid}`;
    const before = connection();
    if (this.#proven !== before) {
      if (await this.#reaches(identity)) this.#proven = before;
      return;
    }
    await this.#room.localParticipant.sendText(line.text, {
      topic: CHAT_TOPIC,
      destinationIdentities: [identity],
      attributes: { [TEXT_ID_ATTRIBUTE]: line.id },
    });
    if (connection() === before) this.#delivered(line);
  }

  async #reaches(identity: string): Promise<boolean> {
    const answered = this.#room.localParticipant.performRpc({ destinationIdentity: identity, method: NOBODYS_METHOD, payload: '' }).then(
      () => true,
      (error: unknown) => error instanceof RpcError && error.code === RpcError.ErrorCode.UNSUPPORTED_METHOD,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, TRY_MS, false));
    // However fast the answer is no: the next try comes in its time.
    return await Promise.race([answered.then((yes) => yes || late), late]);
  }
}
