import { FILLED_PAUSES_PER_100, GOOD_FILLED_PAUSES_PER_100, HEDGES_PER_100, PAUSE_RATIO, RATE_MARGIN, SPEECH_RATE } from '../norms.ts';
import { speechFigures, type SpeechFigures } from '../speech-measures.ts';
import type { Outcome, Situation } from './turn-rules.ts';

type Speaking = Omit<Situation, 'heard'>;

/** Words a turn from which answers are developed, and below which they are short [O]. */
const DEVELOPED = 25;
const SHORT = 10;
/** Words of a session from which a strength or an advice may rest on its figures [O]. */
const EVIDENCE = 60;

/** The last words: one strength, one thing to work on, goodbye. Figures only where enough was said to measure them. */
export function closing(situation: Speaking, why: 'timeUp' | 'finished'): Outcome {
  const { draft, state } = situation;
  const { turns } = state.totals;
  const begin = draft.pool(why);
  const farewell = draft.pool('farewell');
  if (turns === 0) return end([begin, draft.pool('barelySpoke'), farewell]);
  const figures = speechFigures(state.totals);
  const strength = moved(situation) ?? strengthOf(situation, figures) ?? remembered(situation) ?? draft.pool(turns < 3 ? 'braveStart' : 'strengthWords');
  return end([begin, strength, askedNothing(situation) ?? adviceOf(situation, figures) ?? draft.pool('adviceWords'), farewell]);

  function end(parts: Outcome['parts']): Outcome {
    return { move: 'closing', parts, state: { stage: 'closing' } };
  }
}

/** What the figures praise, if they do. */
export function strengthOf({ script, state, draft }: Speaking, figures: SpeechFigures): string | undefined {
  const texts = script.language.measures;
  if (figures.words < EVIDENCE) return undefined;
  const [slowest, fastest] = SPEECH_RATE[script.exercise.pace ?? 'conversation'];
  const { speechRate, filledPausesPer100 } = figures;
  const perTurn = figures.words / Math.max(1, state.totals.turns);
  return draft.pick([
    ...(speechRate !== undefined && speechRate >= slowest && speechRate <= fastest ? [withNumber(texts.steadyPace, speechRate, 10)] : []),
    ...(perTurn >= DEVELOPED ? [withNumber(texts.developed, perTurn, 5)] : []),
    ...(state.figures >= 3 && script.stance !== 'coach' ? [texts.figures] : []),
    ...(state.questions >= 3 && (script.stance === 'negotiator' || script.stance === 'interviewer') ? [texts.questions] : []),
    ...(state.totals.timedWords >= EVIDENCE && filledPausesPer100 !== undefined && filledPausesPer100 <= GOOD_FILLED_PAUSES_PER_100 ? [texts.fewFillers] : []),
  ]);
}

/** In a negotiation, what the learner obtained. */
function moved({ script, state, draft }: Speaking): string | undefined {
  const offer = state.offer > 0 ? script.exercise.offers?.[state.offer] : undefined;
  return offer === undefined ? undefined : draft.first([script.language.measures.movedCoach], { offer });
}

function askedNothing({ script, state, draft }: Speaking): string | undefined {
  const idle = script.exercise.offers !== undefined && state.offer === 0 && state.turns >= 4;
  return idle ? draft.first([script.language.measures.askedNothing]) : undefined;
}

/** Without figures, the proof that somebody listened. */
function remembered({ script, state, draft }: Speaking): string | undefined {
  const topic = script.stance === 'coach' ? state.topics.findLast(({ kind, own }) => kind === 'thing' && own) : undefined;
  return topic === undefined ? undefined : draft.first([script.language.measures.topic], { of_topic: topic.of });
}

function adviceOf({ script, state, draft }: Speaking, figures: SpeechFigures): string | undefined {
  const texts = script.language.measures;
  if (figures.words < EVIDENCE / 2) return undefined;
  const [slowest, fastest] = SPEECH_RATE[script.exercise.pace ?? 'conversation'];
  const { speechRate, pauseRatio, filledPausesPer100, hedgesPer100 } = figures;
  const perTurn = figures.words / Math.max(1, state.totals.turns);
  return draft.first([
    ...(filledPausesPer100 !== undefined && filledPausesPer100 > FILLED_PAUSES_PER_100 ? [withNumber(texts.fillers, filledPausesPer100, 1)] : []),
    ...(perTurn < SHORT ? [withNumber(texts.shortTurns, perTurn, 1)] : []),
    ...(speechRate !== undefined && speechRate > fastest * (1 + RATE_MARGIN) ? [withNumber(texts.tooFast, speechRate, 10)] : []),
    ...(pauseRatio !== undefined && pauseRatio > PAUSE_RATIO ? [withNumber(texts.pauses, pauseRatio * 100, 5)] : []),
    ...(hedgesPer100 !== undefined && hedgesPer100 > HEDGES_PER_100 ? [texts.hedges] : []),
    ...(speechRate !== undefined && speechRate < slowest * (1 - RATE_MARGIN) ? [withNumber(texts.tooSlow, speechRate, 10)] : []),
  ]);
}

/** Rounded to what the measure can bear. */
const withNumber = (text: string, value: number, step: number): string => text.replace('{n}', String(Math.round(value / step) * step));
