import type { Draft } from './draft.ts';
import type { Heard } from './heard.ts';
import type { Script } from './script.ts';
import type { CoachState, Move } from './state.ts';

/** What a rule works with. `state` is as it was before the turn, but for what was heard and measured. */
export interface Situation {
  readonly script: Script;
  readonly state: CoachState;
  readonly heard: Heard;
  readonly draft: Draft;
  /** The amount the learner had named before this turn. */
  readonly amountBefore: number | null;
}

/** What a rule answers: the parts of a reply, and how the state moves. */
export interface Outcome {
  readonly move: Move;
  readonly parts: readonly (string | undefined)[];
  readonly state?: Partial<CoachState>;
}

/** A way to answer a turn; undefined leaves it to the next rule. */
export type Rule = (situation: Situation) => Outcome | undefined;

export const currentPhase = ({ script, state }: Pick<Situation, 'script' | 'state'>) => script.exercise.phases[state.phase];

/** Turns between two remarks on how something was said: more would be nagging (Chollet 2022). */
const NUDGE_EVERY = 3;

export const mayRemark = ({ nudgedAt, turns }: CoachState): boolean => nudgedAt === null || turns - nudgedAt >= NUDGE_EVERY;
