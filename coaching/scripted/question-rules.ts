import { speechFigures } from '../speech-measures.ts';
import { findStem } from '../spoken-words.ts';
import { sentencesOf } from './choice.ts';
import { strengthOf } from './closing.ts';
import { ask, findReaction } from './lead-rules.ts';
import type { Outcome, Rule, Situation } from './turn-rules.ts';

/** What the author foresaw to be asked comes first. */
export const foreseen: Rule = ({ script, heard, draft, state }) => {
  if (!heard.asks) return undefined;
  const values = script.exercise.offers ? { offer: script.exercise.offers[state.offer] ?? '' } : {};
  for (const { asked, say } of script.exercise.answers ?? []) {
    const answer = findStem(heard.words, asked) === undefined ? undefined : draft.pick(say, values);
    if (answer !== undefined) return { move: 'answer', parts: [answer] };
  }
  return undefined;
};

/** Questions any coach is asked: about itself, the time, how it goes. The coach's own question still stands. */
export const common: Rule = (situation) => {
  const { heard, draft, state, script } = situation;
  if (heard.is('whoAreYou')) return handOver(situation, draft.pool('whoAreYou'));
  if (heard.is('timeLeft')) return handOver(situation, draft.pool(isLate(state.minutesLeft, script.exercise.durationMinutes) ? 'lateTime' : 'timeLeft'));
  if (heard.is('howAmI')) return handOver(situation, measured(situation) ?? draft.pool('progressUnknown'));
  if (heard.is('opinion')) return handOver(situation, draft.pool('opinion'));
  if (heard.is('andYou')) return handOver(situation, draft.pool('andYou'));
  if (heard.is('greeting')) return handOver(situation, draft.pool(/ca va|allez/.test(heard.plain) ? 'andYou' : 'greetBack'));
  if (!heard.is('thanks')) return undefined;
  const question = ask(situation);
  return { move: 'answer', parts: [draft.pool('thanks'), question.text], state: question.state };
};

/** Any other question that the author has no answer to: briefly back to who asked it. */
export const handBack: Rule = (situation) => {
  const { heard, draft } = situation;
  const back = heard.asks && heard.wordCount <= 30 && findReaction(situation) === undefined ? draft.pool('handBack') : undefined;
  return back === undefined ? undefined : { move: 'answer', parts: [situation.script.stance === 'coach' ? draft.pool('answering') : undefined, back] };
};

function handOver({ draft, script }: Situation, answer: string | undefined): Outcome {
  const said = answer ?? draft.pool('handBack');
  const opener = said !== undefined && !script.fixed.has(sentencesOf(said)[0] ?? '') ? draft.pool('answering') : undefined;
  return { move: 'answer', parts: [opener, said, draft.pool('yourTurn')] };
}

const measured = (situation: Situation): string | undefined => strengthOf(situation, speechFigures(situation.state.totals));

const isLate = (left: number | null, whole: number): boolean => left !== null && left < whole * 0.4;
