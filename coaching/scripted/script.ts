import { follower } from '../exercise-references.ts';
import type { Exercise, Phase } from '../exercise.ts';
import type { Persona } from '../persona.ts';
import { sentencesOf } from './choice.ts';
import { FRENCH } from './french.ts';
import { variants, type Language, type PoolName, type Stance } from './language.ts';
import { fieldsIn } from '../template-fields.ts';

/** An exercise made ready to be led: the persona's manner has chosen among the texts, and what can be rendered ahead is known. */
export interface Script {
  readonly exercise: Exercise;
  readonly persona: Persona;
  readonly language: Language;
  readonly stance: Stance;
  readonly pools: Readonly<Record<PoolName, readonly string[]>>;
  /** Index of the phase the path ends in. */
  readonly lastPhase: number;
  /** Sentences that are said as they are written, likeliest first. */
  readonly fixed: ReadonlySet<string>;
  readonly openers: ReadonlySet<string>;
}

const OPENERS = ['neutral', 'pleased', 'thoughtful', 'bridge', 'uptake', 'sceptical', 'empathy', 'answering'] as const satisfies readonly PoolName[];
const LIKELY = ['silence', 'tooShort', 'develop', 'reassure', 'dontKnow', 'handBack', 'yourTurn', 'repeating', 'greetBack', 'andYou', 'stress', 'silenceAgain', 'pausing', 'resuming', 'unheard', 'timeUp', 'finished'] as const satisfies readonly PoolName[];

export function makeScript(exercise: Exercise, persona: Persona): Script {
  const language = FRENCH;
  const stance = exercise.stance ?? 'coach';
  const pools = poolsFor(language, persona, exercise);
  const fixed = new Set([...fixedTexts(exercise, pools), ...language.followUps[stance].yes, ...language.followUps[stance].no].flatMap((text) => spellOut(text, exercise.offers ?? [])).flatMap(sentencesOf));
  const openers = new Set(OPENERS.flatMap((name) => pools[name]).flatMap(sentencesOf));
  return { exercise, persona, language, stance, pools, lastPhase: lastPhaseOf(exercise.phases), fixed, openers };
}

function poolsFor(language: Language, { personality }: Persona, exercise: Exercise): Record<PoolName, readonly string[]> {
  const entries = Object.entries(language.pools).map(([name, pool]) => [name, variants(pool, personality)]);
  const pools = Object.fromEntries(entries) as Record<PoolName, readonly string[]>;
  return {
    ...pools,
    pleased: [...(exercise.encouragements ?? []), ...pools.pleased],
    silence: [...(exercise.silence ?? []), ...pools.silence],
    offTopic: exercise.leadBack ?? pools.offTopic,
    farewell: exercise.closings ?? pools.farewell,
  };
}

function fixedTexts({ greetings, phases, reactions = [], answers = [] }: Exercise, pools: Readonly<Record<PoolName, readonly string[]>>): string[] {
  const first = phases[0];
  return [
    ...greetings,
    ...pools.neutral,
    ...(first?.prompts.flat() ?? []),
    ...OPENERS.flatMap((name) => pools[name]),
    ...phases.flatMap(({ prompts, help = [], reactions: own = [] }) => [...prompts.flat(), ...own.flatMap(({ say }) => say), ...help]),
    ...reactions.flatMap(({ say }) => say),
    ...LIKELY.flatMap((name) => pools[name]),
    ...answers.flatMap(({ say }) => say),
    ...Object.values(pools).flat(),
  ];
}

/** A sentence with the offer in it is one fixed sentence an offer; one with the learner's words is none. */
function spellOut(text: string, offers: readonly string[]): string[] {
  const fields = fieldsIn(text);
  if (fields.length === 0) return [text];
  if (fields.every((name) => name === 'offer')) return offers.map((offer) => text.replaceAll('{offer}', offer));
  return sentencesOf(text).filter((sentence) => fieldsIn(sentence).length === 0);
}

function lastPhaseOf(phases: readonly Phase[]): number {
  const seen = new Set<number>();
  let at = 0;
  for (let next = 0; next >= 0 && next < phases.length && !seen.has(next); next = follower(phases, next)) seen.add((at = next));
  return at;
}

/**
 * Every sentence the coach may say word for word in this exercise, likeliest first: what to render ahead. A clause of a
 * reply whose `fixed` is true is in this list.
 */
export const fixedPhrases = (exercise: Exercise, persona: Persona): string[] => [...makeScript(exercise, persona).fixed];
