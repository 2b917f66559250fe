import type { Room } from '@livekit/rtc-node';
import { LEARNER_ATTRIBUTES } from '../protocol/room.ts';
import type { EndReason } from '../protocol/session-events.ts';
import { CoachBoard } from './coach-board.ts';
import { answerCommands } from './commands.ts';
import type { Dialogue } from './dialogue.ts';
import { LearnerPresence } from './learner-presence.ts';
import { ConsentedRecording } from './recording/consented-recording.ts';
import type { SessionServices } from './session-services.ts';
import { SpeechLoop } from './speech-loop.ts';

/**
 * How long the coach waits for a learner, ms. Tokens are asked for and not used: a coach held back by one would be
 * missing elsewhere, and whoever comes later gets another. An emptied room is LiveKit's to close (livekit.yaml: departure_timeout).
 */
const PATIENCE = { first: 10_000, again: 120_000 };

/** One learner and one coach in one room, from the greeting to the closing words: who comes and goes, and what is told of it. */
export class CoachingSession {
  readonly #room: Room;
  readonly #dialogue: Dialogue;
  readonly #services: SessionServices;
  readonly #board: CoachBoard;
  readonly #recording: ConsentedRecording;
  readonly #speech: SpeechLoop;
  readonly #lost = Promise.withResolvers<EndReason>();
  /** Identity of the learner whom the coach attends to. */
  #learner: string | undefined;
  #closed: Promise<void> | undefined;

  constructor(room: Room, dialogue: Dialogue, services: SessionServices) {
    this.#room = room;
    this.#dialogue = dialogue;
    this.#services = services;
    this.#board = new CoachBoard(room, services.log);
    this.#recording = new ConsentedRecording(services.record);
    this.#speech = new SpeechLoop({ ...services, dialogue, board: this.#board, recording: this.#recording });
  }

  /** Resolves when the session is over. */
  get ended(): Promise<EndReason> {
    return Promise.race([this.#speech.ended, this.#lost.promise]);
  }

  /** Resolves once the coach has greeted and is silent: what can wait, waits for it. */
  silence(): Promise<void> {
    return this.#speech.silence();
  }

  /** @param connect joins the room; called once everything listens */
  async start(connect: () => Promise<void>): Promise<void> {
    const { outbox, past, thinker } = this.#services;
    if (past.length === 0) outbox.add({ type: 'session_started', ...this.#dialogue.identity, coach: thinker });
    await this.#speech.start(this.#room);
    await connect();
    this.#board.show({ coach: thinker, persona: this.#dialogue.personaName, degraded: '' });
    answerCommands(this.#room, (identity) => identity === this.#learner, (command) => this.#speech.command(command));
    this.#awaitLearner();
  }

  /** Writes the last event and lets go of everything, once. `closed`: another coach may take the session up. */
  close(reason: EndReason): Promise<void> {
    this.#closed ??= this.#close(reason);
    return this.#closed;
  }

  #awaitLearner(): void {
    const { outbox, clock } = this.#services;
    const { conversation } = this.#speech;
    new LearnerPresence({
      room: this.#room,
      clock,
      patience: PATIENCE,
      onCome: ({ identity, attributes }, back) => {
        this.#speech.attend(identity);
        this.#learner = identity;
        this.#recording.attend(attributes[LEARNER_ATTRIBUTES.record] === 'yes');
        outbox.add({ type: 'learner_joined', identity });
        conversation.run();
        if (back) conversation.takeUp();
      },
      onGone: (identity) => {
        outbox.add({ type: 'learner_left', identity });
        this.#learner = undefined;
        this.#recording.attend(false);
        conversation.rest();
      },
      // A room that is lost under a learner's feet comes back, and the session with it; a late learner finds it unbegun.
      onLost: (deserted) => this.#lost.resolve(deserted ? 'left' : 'closed'),
    });
  }

  async #close(reason: EndReason): Promise<void> {
    const { outbox } = this.#services;
    this.#speech.rest();
    if (reason !== 'closed') {
      outbox.add({ type: 'session_ended', reason });
      this.#board.show({ stage: 'ended' });
    }
    await outbox.settled();
    await this.#speech.close();
    await this.#recording.close();
  }
}
