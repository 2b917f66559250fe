import type { Trait } from '../exercise.ts';
import type { PoolName } from './language.ts';
import { ask, deepen, feltIn, fits, openerFor, react } from './lead-rules.ts';
import { mayRemark, type Rule } from './turn-rules.ts';

const COACH_NUDGES: Partial<Record<Trait, PoolName>> = { too_short: 'tooShort', too_long: 'tooLong', hesitant: 'hesitant', fast: 'fast', slow: 'slow' };
const ROLE_NUDGES: Partial<Record<Trait, PoolName>> = { too_short: 'develop', too_long: 'sumUp' };

/** A remark on how it was said, or, from who plays a role, a demand for more or for less. Sparingly. */
export const nudge: Rule = (situation) => {
  const { script, state, heard, draft } = situation;
  if (!mayRemark(state)) return undefined;
  const table = script.stance === 'coach' ? COACH_NUDGES : ROLE_NUDGES;
  for (const trait of heard.traits) {
    const pool = table[trait];
    const remark = pool === undefined ? undefined : draft.pool(pool);
    if (remark === undefined) continue;
    const patch = { nudgedAt: state.turns, nudge: trait };
    if (trait === 'too_short' || trait === 'too_long') return { move: script.stance === 'coach' ? 'nudge' : 'develop', parts: [openerFor(situation), remark], state: patch };
    const question = ask(situation);
    return { move: 'nudge', parts: [remark, question.text], state: { ...patch, ...question.state } };
  }
  return undefined;
};

/** The first time that pace or hesitation stands out it is said at once, before the answer to what was said. */
export const firstNudge: Rule = (situation) => {
  const { script, state, heard, draft } = situation;
  if (script.stance !== 'coach' || state.nudgedAt !== null || feltIn(situation) !== undefined) return undefined;
  const trait = heard.traits.find((one) => one === 'hesitant' || one === 'fast' || one === 'slow');
  const content = trait === undefined ? undefined : (react(situation) ?? deepen(situation));
  const remark = trait === undefined ? undefined : draft.pool(trait);
  const text = content?.parts.at(-1);
  if (trait === undefined || remark === undefined || text === undefined || !fits([remark, text])) return undefined;
  return { move: 'nudge', parts: [remark, text], state: { ...content?.state, nudgedAt: state.turns, nudge: trait } };
};
