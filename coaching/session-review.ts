import type { KeptEvent, SessionEvent } from '../protocol/session-events.ts';
import type { ReviewMeasures, ReviewSentence, ReviewTurn } from '../protocol/session-review.ts';
import { addUp, measureTurn, NO_SPEECH, type SpeechTotals } from './speech-measures.ts';
import { splitSentences } from './sentences.ts';

type LearnerTurn = Extract<SessionEvent, { type: 'learner_turn' }>;
type CoachTurn = Extract<SessionEvent, { type: 'coach_turn' }>;

/** Less speech than this gives no figure, ms [O]. */
const ENOUGH_SPEECH = 5_000;

/** What was said in a session, turn by turn as it was heard, and the figures of the learner’s part of it. */
export function reviewTurns(events: readonly KeptEvent[], language: string): { turns: ReviewTurn[]; measures: ReviewMeasures } {
  const turns: ReviewTurn[] = [];
  let learner = NO_SPEECH;
  let coachMs = 0;
  for (const { event } of events) {
    if (event.type === 'learner_turn') {
      turns.push(learnerTurn(event, language));
      learner = addUp(learner, measureTurn(event.text, event.words));
    } else if (event.type === 'coach_turn' && event.durationMs > 0) {
      turns.push(coachTurn(event, language));
      coachMs += event.durationMs;
    }
  }
  // A turn is told when it is over, so one that another cut into may be told after that one.
  return { turns: turns.sort((a, b) => a.at - b.at), measures: measuresOf(learner, coachMs) };
}

function learnerTurn({ source, startedAt, durationMs, text, words }: LearnerTurn, language: string): ReviewTurn {
  const pieces = words.map(({ word, start, end }) => ({ text: word, start: start * 1_000, end: end * 1_000 }));
  // Without times of its words a turn is taken to be spoken evenly.
  const sentences = place(splitSentences(text, language), pieces.some(({ text: word }) => letters(word) > 0) ? pieces : [{ text, start: 0, end: durationMs }], startedAt);
  return { who: 'learner', how: source, at: startedAt, durationMs, sentences, words, interrupted: false };
}

function coachTurn({ startedAt, durationMs, text, clauses, interrupted }: CoachTurn, language: string): ReviewTurn {
  const pieces = clauses.map((clause, index) => ({ text: clause.text, start: clause.startMs, end: Math.max(clause.startMs, clauses[index + 1]?.startMs ?? durationMs) }));
  const heard = withoutUnheard(pieces, letters(text));
  return { who: 'coach', how: 'voice', at: startedAt, durationMs, sentences: place(splitSentences(text, language), heard.length > 0 ? heard : [{ text, start: 0, end: durationMs }], startedAt), words: [], interrupted };
}

/** A stretch of sound with what is said in it; ms from the beginning of the turn. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The clauses as far as they were heard: the last one may have been cut. */
function withoutUnheard(pieces: readonly Piece[], heard: number): Piece[] {
  let left = heard;
  return pieces.flatMap((piece) => {
    const size = Math.min(letters(piece.text), left);
    left -= size;
    return size > 0 ? [{ ...piece, text: 'x'.repeat(size) }] : [];
  });
}

/**
 * When each sentence was said. Text and pieces are laid side by side letter by letter, which also holds where they
 * differ a little in their words (numbers, elisions); marks and spaces do not count.
 */
function place(sentences: readonly string[], pieces: readonly Piece[], startedAt: number): ReviewSentence[] {
  const spans = spansOf(pieces);
  const scale = (spans.at(-1)?.to ?? 0) / Math.max(1, sentences.reduce((sum, sentence) => sum + letters(sentence), 0));
  let position = 0;
  return sentences.map((text) => {
    const start = timeAt(spans, position * scale, 'from');
    position += letters(text);
    const end = timeAt(spans, position * scale, 'to');
    return { text, at: startedAt + Math.round(start), durationMs: Math.max(0, Math.round(end) - Math.round(start)) };
  });
}

interface Span extends Piece {
  /** Letters before it, and with it. */
  readonly from: number;
  readonly to: number;
}

function spansOf(pieces: readonly Piece[]): Span[] {
  let from = 0;
  return pieces.filter(({ text }) => letters(text) > 0).map((piece) => {
    const to = from + letters(piece.text);
    const span = { ...piece, from, to };
    from = to;
    return span;
  });
}

/** At a border between two pieces a sentence begins with the second and ends with the first. */
function timeAt(spans: readonly Span[], position: number, border: 'from' | 'to'): number {
  const near = 1e-6;
  const span = border === 'from' ? spans.find(({ to }) => position < to - near) ?? spans.at(-1) : spans.findLast(({ from }) => position > from + near) ?? spans[0];
  if (span === undefined) return 0;
  const share = Math.min(1, Math.max(0, (position - span.from) / (span.to - span.from)));
  return span.start + (span.end - span.start) * share;
}

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

function measuresOf(learner: SpeechTotals, coachMs: number): ReviewMeasures {
  const minutes = learner.spokenMs / 60_000;
  const enough = learner.spokenMs >= ENOUGH_SPEECH;
  return {
    ...(enough ? { wordsPerMinute: learner.timedWords / minutes } : {}),
    ...(learner.spokenMs + coachMs >= ENOUGH_SPEECH ? { talkShare: learner.spokenMs / (learner.spokenMs + coachMs) } : {}),
    ...(enough ? { pauses: { count: learner.pauses, perMinute: learner.pauses / minutes, longestMs: learner.longestPauseMs, ratio: learner.pauseMs / learner.spokenMs } } : {}),
  };
}
