import type { Exercise } from '../exercise.ts';
import type { Persona } from '../persona.ts';

export type Stance = NonNullable<Exercise['stance']>;

/** Variants by manner: `any` fits everybody, each other list one end of a persona's traits. */
export interface Pool {
  readonly any?: readonly string[];
  readonly warm?: readonly string[];
  readonly reserved?: readonly string[];
  readonly formal?: readonly string[];
  readonly relaxed?: readonly string[];
  readonly direct?: readonly string[];
  readonly careful?: readonly string[];
}

/** The variants that fit a persona. */
export function variants(pool: Pool, { warmth, formality, directness }: Persona['personality']): string[] {
  return [
    ...(pool.any ?? []),
    ...((warmth >= 0.6 ? pool.warm : pool.reserved) ?? []),
    ...((formality >= 0.7 ? pool.formal : pool.relaxed) ?? []),
    ...((directness >= 0.7 ? pool.direct : pool.careful) ?? []),
  ];
}

export type PoolName =
  | 'neutral' | 'pleased' | 'thoughtful' | 'empathy' | 'sceptical' | 'bridge' | 'uptake' | 'answering'
  | 'stress' | 'tired' | 'sad' | 'happy' | 'angry' | 'distress'
  | 'reassure' | 'dontKnow' | 'greetBack' | 'thanks' | 'nameBack' | 'noted' | 'recall'
  | 'tooShort' | 'tooLong' | 'hesitant' | 'fast' | 'slow' | 'develop' | 'sumUp'
  | 'andYou' | 'opinion' | 'whoAreYou' | 'timeLeft' | 'lateTime' | 'handBack' | 'yourTurn' | 'progressUnknown'
  | 'hostile' | 'injection' | 'offTopic' | 'unheard' | 'unclear' | 'emoji'
  | 'silence' | 'silenceAgain' | 'offerPause' | 'pausing' | 'resuming' | 'goOn' | 'repeating' | 'restored' | 'help'
  | 'timeUp' | 'finished' | 'braveStart' | 'barelySpoke' | 'strengthWords' | 'adviceWords' | 'farewell';

/** Questions around something the learner named, by what it is, and around a bare yes or no. */
export type FollowUps = Readonly<Record<'thing' | 'activity' | 'name' | 'figure' | 'yes' | 'no', readonly string[]>>;

/** Sentences about measures, for the closing and for “how am I doing?”. `{n}` is a rounded figure. */
interface MeasureTexts {
  readonly steadyPace: string;
  readonly fewFillers: string;
  readonly developed: string;
  readonly figures: string;
  readonly questions: string;
  /** Of a negotiator's learner: how far the coach came, or that nothing was asked of it. `{offer}` is filled. */
  readonly movedCoach: string;
  readonly askedNothing: string;
  readonly topic: string;
  readonly tooFast: string;
  readonly tooSlow: string;
  readonly fillers: string;
  readonly hedges: string;
  readonly pauses: string;
  readonly shortTurns: string;
}

/** What the scripted coach needs to speak and understand one language. */
export interface Language {
  readonly pools: Readonly<Record<PoolName, Pool>>;
  readonly followUps: Readonly<Record<Stance, FollowUps>>;
  /** One of each list in a row makes a question: what is left when everything else has been said. */
  readonly composed: Readonly<Record<Stance, readonly (readonly string[])[]>>;
  readonly measures: MeasureTexts;
  readonly intents: Readonly<Record<Intent, RegExp>>;
}

/** What a whole turn may be, beside an answer. Expressions see folded words joined by single blanks. */
export type Intent =
  | 'distress' | 'hostile' | 'injection' | 'offTopic' | 'repeat' | 'pause' | 'resume' | 'finish' | 'goodbye' | 'help' | 'dontKnow'
  | 'yes' | 'no' | 'greeting' | 'thanks' | 'andYou' | 'opinion' | 'whoAreYou' | 'timeLeft' | 'howAmI' | 'question'
  | 'stress' | 'tired' | 'sad' | 'happy' | 'angry';
