import Value from 'typebox/value';
import { Exercise } from '../coaching/exercise.ts';
import { systemPrompt } from '../coaching/llm-prompt.ts';
import { Persona } from '../coaching/persona.ts';
import { fixedPhrases } from '../coaching/scripted/script.ts';
import { scriptedCoach, type ScriptedCoach } from '../coaching/scripted/scripted-coach.ts';
import type { CoachEvent, CoachState } from '../coaching/scripted/state.ts';
import { CodedError } from '../core/errors.ts';
import type { SessionEvent } from '../protocol/session-events.ts';
import type { SessionRecord } from '../protocol/session.ts';
import type { Word } from '../protocol/transcript.ts';

const MINUTE = 60_000;

/** What the coach could say next. Nothing has happened until it is committed. */
export interface Proposal {
  /** Empty where silence is the answer. */
  readonly text: string;
  /** What saying it does to the session. */
  readonly effect: 'pause' | 'resume' | 'finish' | undefined;
  /** Whether this is the exercise's conversation, which a language model may lead, and not a matter of its running. */
  readonly talk: boolean;
  readonly state: CoachState;
}

/** What a replacement agent needs to go on: the last `flow_moved` of the session. */
interface Snapshot {
  readonly coach: CoachState;
  readonly remaining: number;
}

/** Moves of the scripted coach that concern the session and not its subject: they are its own even when an LLM leads. */
const HOUSEKEEPING = new Set(['repeat', 'pause', 'resume', 'closing', 'silence', 'unheard']);

/** The exercise, its persona, and where the conversation stands. */
export class Dialogue {
  readonly identity: { readonly session: string; readonly exercise: string; readonly hash: string; readonly language: string };
  readonly personaName: string;
  /** How the persona speaks. */
  readonly speech: { readonly voice: string; readonly speed: number; readonly language: string };
  /** Whether an earlier agent began this session. */
  readonly resumed: boolean;
  /** Turns of the learner so far. */
  readonly turns: number;
  /** Time left of the exercise when this agent took it up, ms. */
  readonly remaining: number;
  readonly #exercise: Exercise;
  readonly #persona: Persona;
  readonly #coach: ScriptedCoach;
  #state: CoachState;

  /**
   * @param past what earlier agents of this session wrote down
   * @throws CodedError SESSION_UNPLAYABLE when the record holds no exercise that this version can play
   */
  constructor({ id, hash, exercise, persona }: SessionRecord, past: readonly SessionEvent[]) {
    if (!Value.Check(Exercise, exercise) || !Value.Check(Persona, persona)) throw new CodedError('SESSION_UNPLAYABLE', { session: id });
    this.#exercise = exercise;
    this.#persona = persona;
    this.#coach = scriptedCoach(exercise, persona);
    // A greeting to an empty room has not happened.
    const begun = past.some(({ type }) => type === 'learner_joined');
    const snapshot = begun ? (past.findLast((event) => event.type === 'flow_moved')?.state as Snapshot | undefined) : undefined;
    this.identity = { session: id, exercise: exercise.id, hash, language: exercise.language };
    this.personaName = persona.name;
    this.speech = { voice: persona.voice, speed: persona.speed, language: exercise.language };
    this.resumed = snapshot !== undefined;
    this.turns = past.filter(({ type }) => type === 'learner_turn').length;
    this.remaining = snapshot?.remaining ?? exercise.durationMinutes * MINUTE;
    this.#state = snapshot?.coach ?? this.#coach.begin(id);
  }

  get paused(): boolean {
    return this.#state.stage === 'paused';
  }

  /** Whether the learner has said something yet. */
  get begun(): boolean {
    return this.#state.turns > 0;
  }

  get phaseTitle(): string {
    return this.#exercise.phases[this.#state.phase]?.title ?? '';
  }

  /** The first words, or those of a coach who comes back. */
  open(): Proposal {
    return this.resumed ? this.restored() : this.#after(this.#state, { type: 'start' });
  }

  /** What is said after an interruption of the session, whoever was away. */
  restored(): Proposal {
    return this.#after(this.#state, { type: 'restored' });
  }

  /** @param remaining ms left of the exercise */
  answer(turn: { readonly text: string; readonly words: readonly Word[]; readonly source: 'voice' | 'text' }, remaining: number): Proposal {
    return this.#after(this.#at(remaining), { type: 'turn', ...turn });
  }

  silence(ms: number): Proposal {
    return this.#after(this.#state, { type: 'silence', ms });
  }

  command(command: 'repeat' | 'pause' | 'resume' | 'finish'): Proposal {
    return this.#after(this.#state, { type: 'command', command });
  }

  timeUp(): Proposal {
    return this.#after(this.#state, { type: 'time', minutesLeft: 0 });
  }

  /** It is being said: from now on it has happened. */
  commit({ state }: Proposal): void {
    this.#state = state;
  }

  /** Something else was said in its place: what “repeat” repeats. */
  said(text: string): void {
    this.#state = this.#coach.next(this.#state, { type: 'said', text }).state;
  }

  /** What the scripted coach may say word for word, likeliest first. */
  fixedPhrases(): string[] {
    return fixedPhrases(this.#exercise, this.#persona);
  }

  /** What a language model needs to lead the conversation from here. `remaining`: ms left of the exercise. */
  instructions(remaining: number): string {
    const { totals: measures, phase } = this.#state;
    return systemPrompt(this.#exercise, this.#persona, { measures, phase, minutesLeft: remaining / MINUTE });
  }

  snapshot(remaining: number): Snapshot {
    return { coach: this.#state, remaining: Math.round(remaining) };
  }

  #at(remaining: number): CoachState {
    return this.#coach.next(this.#state, { type: 'time', minutesLeft: Math.max(remaining, 1) / MINUTE }).state;
  }

  #after(from: CoachState, event: CoachEvent): Proposal {
    const { state, reply } = this.#coach.next(from, event);
    return { text: reply?.text ?? '', effect: effectOf(from, state), talk: reply !== undefined && !HOUSEKEEPING.has(reply.move), state };
  }
}

function effectOf(before: CoachState, after: CoachState): Proposal['effect'] {
  if (after.stage === before.stage) return undefined;
  if (after.stage === 'closing') return 'finish';
  if (after.stage === 'paused') return 'pause';
  return before.stage === 'paused' || before.stage === 'closing' ? 'resume' : undefined;
}
