import type { Rule } from './turn-rules.ts';
import { ask } from './lead-rules.ts';

/** Nothing arrived: no letter and no digit. */
export const unheard: Rule = ({ heard, draft, state }) => {
  if (/[\p{L}\p{N}]/u.test(heard.text)) return undefined;
  if (heard.text !== '') return { move: 'unheard', parts: [draft.pool('emoji') ?? draft.composed()] };
  return { move: 'unheard', parts: [draft.pool('unheard') ?? draft.composed()], state: { unheard: state.unheard + 1 } };
};

/** Someone in danger: the exercise stops mattering. */
export const distress: Rule = ({ heard, draft }) => (heard.is('distress') ? { move: 'care', parts: [draft.pool('distress') ?? draft.pool('sad')] } : undefined);

/** Insults, and attempts to make the coach somebody else: it stays who it is, and says none of it back. */
export const boundary: Rule = ({ heard, draft }) => {
  if (heard.is('hostile')) return { move: 'boundary', parts: [draft.pool('hostile') ?? draft.composed()] };
  if (heard.is('injection') || /<\|/.test(heard.text)) return { move: 'boundary', parts: [draft.pool('injection') ?? draft.composed()] };
  return undefined;
};

export const unclear: Rule = ({ heard, draft }) => {
  const again = heard.unsure ? draft.pool('unclear') : undefined;
  return again === undefined ? undefined : { move: 'unheard', parts: [again] };
};

export const offTopic: Rule = (situation) => {
  if (!situation.heard.is('offTopic')) return undefined;
  const back = situation.draft.pool('offTopic');
  if (back !== undefined) return { move: 'lead_back', parts: [back, situation.draft.pool('yourTurn')] };
  const question = ask(situation);
  return { move: 'lead_back', parts: [question.text], state: question.state };
};
