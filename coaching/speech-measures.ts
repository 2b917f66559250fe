import type { Word } from '../protocol/transcript.ts';
import { countDisfluencies, type Disfluencies } from './disfluencies.ts';
import { ENOUGH, LONG_TURN, FILLED_PAUSES_PER_100, PAUSE_MS, PAUSE_RATIO, RATE_MARGIN, SHORT_TURN_WORDS, SPEECH_RATE } from './norms.ts';
import type { Trait } from './exercise.ts';
import { countWords } from './spoken-words.ts';
import { countSyllables } from './syllables.ts';

/** Plain sums over speech: they add up over turns, and every figure below is computed from them. */
export interface SpeechTotals {
  readonly turns: number;
  readonly words: number;
  /** From first to last word of each turn with word times, ms; typed turns have none. */
  readonly spokenMs: number;
  /** Words of the turns that have times. */
  readonly timedWords: number;
  readonly syllables: number;
  readonly pauses: number;
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  readonly disfluencies: Disfluencies;
}

export const NO_SPEECH: SpeechTotals = {
  turns: 0, words: 0, spokenMs: 0, timedWords: 0, syllables: 0, pauses: 0, pauseMs: 0, longestPauseMs: 0,
  disfluencies: { filledPauses: 0, markers: 0, hedges: 0, repeats: 0 },
};

/** What can be said of some speech. A figure that too little speech stands behind is undefined, never a number. */
export interface SpeechFigures {
  readonly words: number;
  readonly durationMs: number | undefined;
  /** Words a minute, pauses included. */
  readonly speechRate: number | undefined;
  /** Syllables a second without pauses: the articulation rate, from spelling. */
  readonly articulationRate: number | undefined;
  /** Pause time ÷ turn time. */
  readonly pauseRatio: number | undefined;
  readonly filledPausesPer100: number | undefined;
  readonly markersPer100: number | undefined;
  readonly hedgesPer100: number | undefined;
  readonly repeatsPer100: number | undefined;
}

/** One turn. Typed text has no words with times: it is counted, not timed. */
export function measureTurn(text: string, words: readonly Word[]): SpeechTotals {
  const timed = words.filter((word) => countWords(word.word) > 0);
  const gaps = timed.slice(1).map((word, index) => Math.round((word.start - (timed[index]?.end ?? word.start)) * 1_000)).filter((gap) => gap >= PAUSE_MS);
  const first = timed[0];
  const last = timed.at(-1);
  return {
    turns: 1,
    words: timed.length > 0 ? timed.length : countWords(text),
    spokenMs: first && last ? Math.max(0, Math.round((last.end - first.start) * 1_000)) : 0,
    timedWords: timed.length,
    syllables: timed.reduce((sum, { word }) => sum + countSyllables(word), 0),
    pauses: gaps.length,
    pauseMs: gaps.reduce((sum, gap) => sum + gap, 0),
    longestPauseMs: Math.max(0, ...gaps),
    disfluencies: countDisfluencies(timed.length > 0 ? timed : untimed(text)),
  };
}

export function addUp(a: SpeechTotals, b: SpeechTotals): SpeechTotals {
  return {
    turns: a.turns + b.turns,
    words: a.words + b.words,
    spokenMs: a.spokenMs + b.spokenMs,
    timedWords: a.timedWords + b.timedWords,
    syllables: a.syllables + b.syllables,
    pauses: a.pauses + b.pauses,
    pauseMs: a.pauseMs + b.pauseMs,
    longestPauseMs: Math.max(a.longestPauseMs, b.longestPauseMs),
    disfluencies: {
      filledPauses: a.disfluencies.filledPauses + b.disfluencies.filledPauses,
      markers: a.disfluencies.markers + b.disfluencies.markers,
      hedges: a.disfluencies.hedges + b.disfluencies.hedges,
      repeats: a.disfluencies.repeats + b.disfluencies.repeats,
    },
  };
}

export function speechFigures(totals: SpeechTotals): SpeechFigures {
  const timed = totals.timedWords >= ENOUGH.words && totals.spokenMs >= ENOUGH.ms;
  const per100 = (count: number): number | undefined => (totals.words >= ENOUGH.wordsPer100 ? (count / totals.words) * 100 : undefined);
  const speakingMs = totals.spokenMs - totals.pauseMs;
  return {
    words: totals.words,
    durationMs: totals.timedWords > 0 ? totals.spokenMs : undefined,
    speechRate: timed ? totals.timedWords / (totals.spokenMs / 60_000) : undefined,
    articulationRate: timed && speakingMs > 0 ? totals.syllables / (speakingMs / 1_000) : undefined,
    pauseRatio: timed ? totals.pauseMs / totals.spokenMs : undefined,
    filledPausesPer100: per100(totals.disfluencies.filledPauses),
    markersPer100: per100(totals.disfluencies.markers),
    hedgesPer100: per100(totals.disfluencies.hedges),
    repeatsPer100: per100(totals.disfluencies.repeats),
  };
}

/** The traits of one turn, most telling first. See norms.ts for where each begins. */
export function traitsOf(turn: SpeechTotals, pace: 'conversation' | 'talk'): Trait[] {
  const { speechRate, pauseRatio, filledPausesPer100 } = speechFigures(turn);
  const [slowest, fastest] = SPEECH_RATE[pace];
  const long = LONG_TURN[pace];
  const traits: Trait[] = [];
  if (turn.words <= SHORT_TURN_WORDS) traits.push('too_short');
  if (turn.words > long.words || turn.spokenMs > long.ms) traits.push('too_long');
  if ((filledPausesPer100 ?? 0) > FILLED_PAUSES_PER_100 || (pauseRatio ?? 0) > PAUSE_RATIO) traits.push('hesitant');
  if (turn.words >= ENOUGH.wordsPer100 && speechRate !== undefined) {
    if (speechRate > fastest * (1 + RATE_MARGIN)) traits.push('fast');
    if (speechRate < slowest * (1 - RATE_MARGIN)) traits.push('slow');
  }
  return traits;
}

const untimed = (text: string): Word[] => text.split(/\s+/u).filter((word) => word !== '').map((word) => ({ word, start: 0, end: 0, conf: 1 }));
