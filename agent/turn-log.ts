import { voice as agents, type llm } from '@livekit/agents';
import type { HeardSpeech } from './heard-output.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { ReplyBy } from './reply-model.ts';
import type { TurnRecorder } from './turn-recorder.ts';
import type { SpokenClause } from './voice.ts';

const { AgentSessionEventTypes: Event } = agents;

/** Writes down each turn of learner and coach as it ends: what was said and heard, its words, its latencies. */
export class TurnLog {
  readonly #outbox: Outbox;
  readonly #recorder: TurnRecorder;
  #turn: number;
  /** The turn that the coach's current speech answers: an interrupted one is written down after the turn that cut it. */
  #answering: number;
  #typed: { readonly text: string; readonly id: string | undefined } | undefined;
  #speech: HeardSpeech<SpokenClause> | undefined;
  /** Unix ms of the last end of the coach's speech, and of the beginning of the learner's turn. */
  #coachStoppedAt: number | undefined;
  #learnerStartedAt: number | undefined;
  #interrupting = false;
  /** The coach has been heard. */
  #heard = false;

  /** @param turn turns of earlier jobs of this session */
  constructor({ session, outbox, recorder, turn }: { session: agents.AgentSession; outbox: Outbox; recorder: TurnRecorder; turn: number }) {
    this.#outbox = outbox;
    this.#recorder = recorder;
    this.#turn = turn;
    this.#answering = turn;
    session.on(Event.UserStateChanged, ({ newState, createdAt }) => {
      if (newState !== 'speaking' || this.#learnerStartedAt !== undefined) return;
      this.#learnerStartedAt = createdAt;
      this.#interrupting = session.agentState === 'speaking';
    });
    session.on(Event.AgentStateChanged, ({ oldState, newState, createdAt }) => {
      if (newState === 'listening' || newState === 'thinking' || newState === 'speaking') outbox.add({ type: 'coach_state', state: newState });
      if (oldState === 'speaking') this.#coachStoppedAt = createdAt;
      if (newState !== 'speaking') return;
      this.#heard = true;
      this.#answering = this.#turn;
    });
    session.on(Event.ConversationItemAdded, ({ item }) => {
      if (item.type !== 'message') return;
      if (item.role === 'user') this.#learnerTurn(item);
      else if (item.role === 'assistant') this.#coachTurn(item);
    });
  }

  get turns(): number {
    return this.#turn;
  }

  /** The next turn of the learner was typed, not spoken. */
  typed(text: string, id: string | undefined): void {
    this.#typed = { text, id };
  }

  /** The coach's latest speech, as far as it was heard. */
  heard(speech: HeardSpeech<SpokenClause>): void {
    this.#speech = speech;
  }

  #learnerTurn(item: llm.ChatMessage): void {
    const text = item.rawTextContent ?? '';
    const typed = this.#typed?.text === text;
    const message = typed ? this.#typed?.id : undefined;
    const { words, startedAt = Math.round(item.createdAt) } = typed ? { words: [] } : this.#recorder.take();
    const delay = this.#coachStoppedAt === undefined || this.#learnerStartedAt === undefined ? undefined : this.#learnerStartedAt - this.#coachStoppedAt;
    this.#turn += 1;
    this.#outbox.add({
      type: 'learner_turn',
      turn: this.#turn,
      source: typed ? 'text' : 'voice',
      startedAt,
      text,
      ...(message === undefined ? {} : { message }),
      words,
      durationMs: Math.round(1_000 * ((words.at(-1)?.end ?? 0) - (words[0]?.start ?? 0))),
      interruptedCoach: !typed && this.#interrupting,
      ...(typed || this.#interrupting || delay === undefined || delay < 0 ? {} : { responseDelayMs: Math.round(delay) }),
    });
    this.#typed = undefined;
    this.#learnerStartedAt = undefined;
    this.#interrupting = false;
  }

  #coachTurn(item: llm.ChatMessage): void {
    // A greeting to a room that nobody came to.
    if (!this.#heard) return;
    const { startedAt, durationMs, marks } = this.#speech ?? { startedAt: Math.round(item.createdAt), durationMs: 0, marks: [] };
    this.#speech = undefined;
    const clauses = marks.map(({ mark }) => mark);
    this.#outbox.add({
      type: 'coach_turn',
      turn: this.#answering,
      by: (item.extra['by'] as ReplyBy | undefined) ?? 'scripted',
      startedAt,
      durationMs,
      text: heardOf(item, clauses),
      clauses: marks.map(({ mark: { text }, startMs }) => ({ text, startMs })),
      interrupted: item.interrupted,
      latency: latencies(item.metrics, clauses[0]),
      levels: [...new Set(clauses.map(({ level }) => level))],
    });
  }
}

/** What was heard of it: of a speech that was cut, no more than the clauses that had begun. */
function heardOf(item: llm.ChatMessage, clauses: readonly SpokenClause[]): string {
  const whole = item.rawTextContent ?? '';
  const begun = clauses.map(({ text }) => text).join(' ');
  return item.interrupted && begun.length < whole.length ? begun : whole;
}

/** The framework reports seconds. */
function latencies(metrics: llm.ChatMessage['metrics'], first: SpokenClause | undefined): Record<string, number> {
  const seconds: Record<string, number | undefined> = { voiceToVoice: metrics.e2eLatency, thinking: metrics.llmNodeTtft, speaking: metrics.ttsNodeTtfb };
  const known = Object.entries(seconds).flatMap(([stage, value]) => (value === undefined ? [] : [[stage, Math.round(value * 1_000)] as const]));
  return { ...Object.fromEntries(known), ...(first === undefined ? {} : { firstClause: Math.round(first.firstAudioMs) }) };
}
