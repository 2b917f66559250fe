import { findStem } from '../spoken-words.ts';
import { closing } from './closing.ts';
import { sentencesOf } from './choice.ts';
import { currentPhase, type Outcome, type Rule, type Situation } from './turn-rules.ts';

type Speaking = Omit<Situation, 'heard'>;

/** The last thing said, without the small words before it. */
export function lastWords({ script, state }: Pick<Situation, 'script' | 'state'>): string {
  const clauses = state.last?.move === 'greeting' ? state.last.clauses.slice(-1) : (state.last?.clauses ?? []);
  const question = clauses.length > 1 && script.openers.has(clauses[0]?.text ?? '') ? clauses.slice(1) : clauses;
  return question.map(({ text }) => text).join(' ');
}

export const repeat = (situation: Speaking): Outcome => ({ move: 'repeat', parts: [situation.draft.pool('repeating'), lastWords(situation)] });
export const pause = ({ draft }: Speaking): Outcome => ({ move: 'pause', parts: [draft.pool('pausing') ?? draft.pool('neutral')], state: { stage: 'paused', offeredPause: false } });
export const resume = (situation: Speaking): Outcome => ({ move: 'resume', parts: [situation.draft.pool('resuming'), lastWords(situation)], state: { stage: 'running', offeredPause: false } });

/** “Répétez”, “une pause”, “on reprend”, “j'ai fini”: when they are the whole turn. */
export const command: Rule = (situation) => {
  const { heard, state } = situation;
  if (heard.is('repeat')) return repeat(situation);
  if (heard.is('pause')) return pause(situation);
  if (state.stage === 'paused' && (heard.is('resume') || heard.wordCount <= 3)) return resume(situation);
  if (state.offeredPause && (heard.is('yes') || heard.is('no'))) {
    return heard.is('yes') ? pause(situation) : { move: 'resume', parts: [situation.draft.pool('goOn'), lastWords(situation)], state: { offeredPause: false } };
  }
  return undefined;
};

/** “J'ai fini” ends the session, unless it is what the phase was waiting for. */
export const finish: Rule = (situation) => {
  const { heard } = situation;
  if (!heard.is('finish') && !heard.says('goodbye')) return undefined;
  const awaited = currentPhase(situation)?.movesOn?.said ?? [];
  const last = situation.state.phase === situation.script.lastPhase;
  if (!last && findStem(heard.words, awaited) !== undefined) return undefined;
  return closing(situation, 'finished');
};

/** “Aide-moi”, “je ne sais pas”: something to hold on to. */
export const help: Rule = (situation) => {
  const { heard, draft } = situation;
  const lost = heard.is('dontKnow');
  if (!lost && !heard.is('help')) return undefined;
  const own = draft.pick(currentPhase(situation)?.help ?? []);
  const lever = own ?? draft.pool(lost ? 'dontKnow' : 'help') ?? draft.pool(lost ? 'help' : 'dontKnow') ?? draft.composed();
  const short = sentencesOf(lever).length < 3;
  return { move: 'help', parts: [short ? draft.pool('reassure') : undefined, lever] };
};
