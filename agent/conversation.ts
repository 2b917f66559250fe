import type { ReadableStream } from 'node:stream/web';
import type { voice as agents, llm } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import type { Clock } from '../core/clock.ts';
import type { EndReason } from '../protocol/session-events.ts';
import type { CoachBoard } from './coach-board.ts';
import type { Dialogue, Proposal } from './dialogue.ts';
import { ExerciseTimer } from './exercise-timer.ts';
import type { LlmThinking } from './llm-thinking.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { ReplyPiece } from './reply-model.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { TurnRecorder } from './turn-recorder.ts';
import type { Voice } from './voice.ts';

/** Nobody speaks: the coach does, after this long, ms. */
const SILENCE = 8_000;
/** Typed text beyond this many characters is kept in the session's events and not thought about. */
const LONGEST_TEXT = 4_000;

export interface ConversationOptions {
  readonly dialogue: Dialogue;
  readonly recorder: Pick<TurnRecorder, 'peek' | 'answered'>;
  readonly voice: Pick<Voice, 'say'>;
  readonly board: Pick<CoachBoard, 'show'>;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly clock: Clock;
  /** Leads the talk where there is one; the script always keeps the session's running. */
  readonly llm: LlmThinking | undefined;
  /** Says something on the coach's own account. Resolves when it was written down, to whether it was heard to its end. */
  readonly say: (text: string, sound: ReadableStream<AudioFrame>) => Promise<boolean>;
  /** The same of what the coach is saying now. */
  readonly said: () => Promise<boolean>;
  /** Cuts what the coach says, and what it was about to say. */
  readonly hush: () => void;
  readonly learnerSpeaks: () => boolean;
}

/**
 * Where the talk stands and who has the floor: thinks of replies, makes them the conversation's when they are heard,
 * breaks silences, keeps the exercise's time, pauses and closes.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #timer: ExerciseTimer;
  readonly #silence: SilenceWatch;
  readonly #end = Promise.withResolvers<EndReason>();
  /** The reply that was thought of last. */
  #pending: Proposal | undefined;
  #typed: string | undefined;
  #timeUp = false;
  /** Somebody is there to be waited for. */
  #attended = false;
  /** Set once the coach is about to say its last words: why. */
  #closing: EndReason | undefined;
  /** The learner cut the last words. */
  #cut = false;

  constructor(options: ConversationOptions) {
    const { clock, dialogue } = options;
    this.#options = options;
    this.#timer = new ExerciseTimer({ clock, duration: dialogue.remaining, onEnd: () => this.#timeIsUp() });
    this.#silence = new SilenceWatch({ clock, after: SILENCE, onSilence: () => this.#silent() });
  }

  /** Resolves when the last words have been heard. */
  get ended(): Promise<EndReason> {
    return this.#end.promise;
  }

  /** The first words. Their sound may have been begun before anybody could hear it. */
  open(opening: Proposal, sound: ReadableStream<AudioFrame>): void {
    this.#tell(opening, sound);
  }

  /** The learner is back: says where they were; the last words are not begun again. */
  takeUp(): void {
    if (this.#closing !== undefined) return;
    // Said to whom was not there, perhaps the very same.
    this.#options.hush();
    this.#tell(this.#options.dialogue.restored());
  }

  /** Thinks of a reply. It may never be heard: nothing is kept of it until it is. */
  async *think(talk: llm.ChatContext, signal: AbortSignal): AsyncGenerator<ReplyPiece, void> {
    const { dialogue, recorder, llm: model } = this.#options;
    const messages = unanswered(talk);
    const text = messages.join(' ');
    const typed = this.#typed === messages.at(-1);
    const reply = this.#timeUp && this.#closing === undefined
      ? dialogue.timeUp()
      : dialogue.answer({ text: text.slice(0, LONGEST_TEXT), words: typed ? [] : recorder.peek(), source: typed ? 'text' : 'voice' }, this.#timer.remaining);
    this.#pending = reply;
    if (model === undefined || !reply.talk) yield { by: 'scripted', text: reply.text };
    else yield* model.reply(dialogue.instructions(this.#timer.remaining), talk, () => reply.text, signal);
  }

  /** The learner's next words come in writing. */
  typed(text: string): void {
    this.#typed = text;
  }

  command(command: 'repeat' | 'pause' | 'resume' | 'finish'): void {
    this.#tell(this.#options.dialogue.command(command));
  }

  /** Coach or learner began or stopped speaking. */
  floorChanged(coach: agents.AgentState): void {
    if (coach === 'speaking' && this.#pending !== undefined) {
      this.#commit(this.#pending);
      this.#options.recorder.answered();
      this.#endAfter(this.#options.said(), { evenCut: this.#cut });
    }
    const { dialogue, learnerSpeaks } = this.#options;
    if (coach === 'listening' && this.#attended && !learnerSpeaks() && !dialogue.paused) this.#silence.begin();
    else this.#silence.end();
  }

  /** Somebody is there: the exercise's time runs. */
  run(): void {
    this.#attended = true;
    if (this.#options.dialogue.paused) return;
    this.#timer.run();
    this.#options.board.show({ endsAt: String(this.#timer.endsAt), stage: this.#stage() });
  }

  /** Nobody is there, or they pause: time stands still and nobody is urged to speak. */
  rest(): void {
    this.#attended = false;
    this.#timer.pause();
    this.#silence.end();
    if (this.#closing === undefined) this.#options.board.show({ stage: this.#stage() });
  }

  #timeIsUp(): void {
    this.#timeUp = true;
    // Nobody is cut off: a turn under way gets the closing words as its answer.
    if (!this.#options.learnerSpeaks()) this.#tell(this.#options.dialogue.timeUp());
  }

  #tell(proposal: Proposal, sound?: ReadableStream<AudioFrame>): void {
    this.#commit(proposal);
    if (proposal.text === '') return;
    const heard = this.#options.say(proposal.text, sound ?? this.#options.voice.say(proposal.text));
    // The clock or a button says that it is over: nothing more is answered.
    this.#endAfter(heard, { evenCut: true });
  }

  /** Where these are the last words, the session ends with them. Cut once, they leave the learner a turn: perhaps they were not done. */
  #endAfter(heard: Promise<boolean>, { evenCut }: { evenCut: boolean }): void {
    const reason = this.#closing;
    if (reason === undefined) return;
    void heard.then((whole) => {
      if (whole || evenCut) this.#end.resolve(reason);
      this.#cut = true;
    });
  }

  #silent(): void {
    if (this.#closing === undefined) this.#tell(this.#options.dialogue.silence(SILENCE));
    else this.#end.resolve(this.#closing);
  }

  #commit(proposal: Proposal): void {
    const { dialogue, outbox, board } = this.#options;
    this.#pending = undefined;
    dialogue.commit(proposal);
    outbox.add({ type: 'flow_moved', state: dialogue.snapshot(this.#timer.remaining) });
    if (proposal.effect === 'pause') this.rest();
    if (proposal.effect === 'finish') this.#closing = this.#timeUp ? 'time' : 'finished';
    if (proposal.effect === 'resume') {
      this.#closing = undefined;
      this.#cut = false;
      this.run();
    }
    board.show({ phase: dialogue.phaseTitle, stage: this.#stage() });
  }

  #stage(): string {
    if (this.#closing !== undefined) return 'closing';
    if (this.#options.dialogue.paused) return 'paused';
    return this.#options.dialogue.begun ? 'running' : 'greeting';
  }
}

/** What the learner said since the coach was last heard: more than one message where they went on before its answer began. */
function unanswered({ items }: llm.ChatContext): string[] {
  const heard = items.findLastIndex((item) => item.type === 'message' && item.role === 'assistant');
  return items.slice(heard + 1).flatMap((item) => (item.type === 'message' && item.role === 'user' ? (item.rawTextContent ?? []) : []));
}
