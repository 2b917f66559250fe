import type { EventBatch, SessionEvent } from '../../protocol/session-events.ts';
import type { Word } from '../../protocol/transcript.ts';

type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** Where ManualClock begins. */
export const BEGINNING = 1_700_000_000_000;

/** Words of 300 ms with 100 ms between them. */
const timed = (text: string): Word[] => text.split(' ').map((word, index) => ({ word, start: (index * 400) / 1_000, end: (index * 400 + 300) / 1_000, conf: 0.9 }));

export function learnerTurn(seq: number, over: Partial<Of<'learner_turn'>> = {}): Of<'learner_turn'> {
  const text = over.text ?? 'Bonjour à tous.';
  const words = over.words ?? timed(text);
  return { seq, at: BEGINNING, type: 'learner_turn', turn: seq, source: 'voice', startedAt: BEGINNING, text, words, durationMs: Math.round((words.at(-1)?.end ?? 0) * 1_000), interruptedCoach: false, ...over };
}

export function coachTurn(seq: number, over: Partial<Of<'coach_turn'>> = {}): Of<'coach_turn'> {
  const text = over.text ?? 'Bonjour, comment allez-vous ?';
  return { seq, at: BEGINNING, type: 'coach_turn', turn: seq, by: 'scripted', startedAt: BEGINNING, durationMs: 2_000, text, clauses: [{ text, startMs: 0 }], interrupted: false, latency: {}, levels: ['kokoro'], ...over };
}

export const state = (seq: number, at = BEGINNING): Of<'coach_state'> => ({ seq, at, type: 'coach_state', state: 'listening' });

export const ended = (seq: number, reason: Of<'session_ended'>['reason'] = 'finished', at = BEGINNING): Of<'session_ended'> => ({ seq, at, type: 'session_ended', reason });

/** As a sender whose clock is the service’s sends it. */
export const batch = (term: number, events: SessionEvent[], sentAt = BEGINNING): EventBatch => ({ term, sentAt, events });
