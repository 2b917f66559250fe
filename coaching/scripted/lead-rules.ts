import { follower } from '../exercise-references.ts';
import { DEFAULT_PHASE_TURNS, type Reaction } from '../exercise.ts';
import { countWords, findStem, fold, foldedWords } from '../spoken-words.ts';
import { sentencesOf } from './choice.ts';
import { closing } from './closing.ts';
import { MOST_WORDS, type Values } from './draft.ts';
import type { Intent, PoolName } from './language.ts';
import type { CoachState, Topic } from './state.ts';
import { currentPhase, mayRemark, type Outcome, type Rule, type Situation } from './turn-rules.ts';

/** Share of the time after which the last phase begins, wherever the learner is, and after which the end may come early. */
const LAST_PHASE = 0.25;
const MAY_END = 0.35;
/** Reactions in a row before the phase's next prompt. */
const MOST_DEPTH = 3;
/** Turns a phase may go on past its measure when there is something to follow up, and time. */
const PATIENCE = 1;

/** Leads to the next phase when this one has done its work. */
export const moveOn: Rule = (situation) => {
  const { script, state, heard } = situation;
  const phase = currentPhase(situation);
  if (phase === undefined) return undefined;
  const { minutesLeft } = state;
  const whole = script.exercise.durationMinutes;
  const hurry = minutesLeft !== null && minutesLeft <= whole * LAST_PHASE && state.phase !== script.lastPhase;
  if (hurry) return enter(situation, script.lastPhase);

  const rules = phase.movesOn ?? { turns: DEFAULT_PHASE_TURNS };
  const said = rules.said !== undefined && findStem(heard.words, rules.said) !== undefined;
  const turnsDone = rules.turns !== undefined && state.phaseTurns >= rules.turns;
  const wordsDone = rules.words !== undefined && state.phaseWords >= rules.words;
  const minutesDone = rules.minutes !== undefined && minutesLeft !== null && state.phaseBegan !== null && state.phaseBegan - minutesLeft >= rules.minutes;
  if (!said && !turnsDone && !wordsDone && !minutesDone) return undefined;
  // A feeling, or something the author has an answer to, gets a little more time.
  const overdue = rules.turns !== undefined && state.phaseTurns >= rules.turns + (isOnSchedule(situation) ? PATIENCE : 0);
  if (!said && !overdue && (reactionNow(situation) !== undefined || feltIn(situation) !== undefined)) return undefined;

  const next = follower(script.exercise.phases, state.phase);
  if (next < script.exercise.phases.length) return enter(situation, next);
  return minutesLeft !== null && minutesLeft <= whole * MAY_END ? closing(situation, 'finished') : undefined;
};

/** Whether the phases behind us have taken no more than their share of the time. */
function isOnSchedule({ script, state }: Situation): boolean {
  const { durationMinutes, phases } = script.exercise;
  return state.minutesLeft === null || 1 - state.minutesLeft / durationMinutes < (state.phase + 1) / phases.length;
}

function enter(situation: Situation, phase: number): Outcome {
  const { draft, state, script } = situation;
  const fresh = { phase, phaseTurns: 0, phaseWords: 0, phaseBegan: state.minutesLeft, asked: 0, depth: 0 };
  const entered = { ...situation, state: { ...state, ...fresh } };
  // What the learner has just said may already be what the phase is about: its opening question is then answered.
  const own = findReaction(entered, [(script.exercise.phases[phase]?.reactions ?? []).filter(({ when }) => when.said !== undefined)]);
  const reaction = own === undefined ? undefined : reactWith(entered, own);
  if (reaction !== undefined) return { ...reaction, state: { ...fresh, asked: 1, ...reaction.state } };
  // In free talk the learner's subject comes before the coach's next question.
  const follow = script.stance === 'coach' && phase !== script.lastPhase && state.depth < MOST_DEPTH ? (react(entered) ?? deepen(entered)) : undefined;
  if (follow !== undefined) return { ...follow, state: { ...fresh, ...follow.state, depth: 1 } };

  const bridges = (script.stance === 'coach' || script.stance === 'interviewer') && draft.dice(2, 'bridge') === 0 && feltIn(situation) === undefined;
  const opener = openerFor(situation, bridges ? 'bridge' : undefined);
  const topic = situation.heard.topics.find((candidate) => candidate.own && candidate.kind === 'thing' && !isTakenUp(state, candidate));
  const question = ask(entered);
  const noted = topic !== undefined && draft.dice(3, 'noted') > 0 && fits([opener, question.text]) ? draft.pool('noted', fieldsOf(topic)) : undefined;
  const parts = fits([opener, noted, question.text]) ? [opener, noted, question.text] : [opener, question.text];
  return { move: 'phase', parts, state: { ...fresh, ...question.state } };
}

/** What the author has ready for what was said or measured. */
export const react: Rule = (situation) => {
  const found = reactionNow(situation);
  if (found === undefined) return undefined;
  // What is true for any learner gives way, now and then, to this learner's own words.
  const general = currentPhase(situation)?.reactions?.includes(found) !== true && found.concede !== true;
  const own = situation.heard.topics.some((topic) => topic.own && !isTakenUp(situation.state, topic));
  const deeper = general && own && situation.draft.dice(5, 'deeper') < 2 ? deepen(situation) : undefined;
  return deeper ?? reactWith(situation, found);
};

/** After some reactions in a row, the phase's own questions have their turn. */
function reactionNow(situation: Situation): Reaction | undefined {
  const promptsLeft = situation.state.asked < (currentPhase(situation)?.prompts.length ?? 0);
  return situation.state.depth >= MOST_DEPTH && promptsLeft ? undefined : findReaction(situation);
}

function reactWith(situation: Situation, found: Reaction): Outcome | undefined {
  const { script, state, draft } = situation;
  const offer = found.concede === true ? state.offer + 1 : state.offer;
  const text = draft.pick(found.say, valuesOf(situation, offer));
  if (text === undefined) return undefined;
  const ready = script.fixed.has(sentencesOf(text)[0] ?? '');
  // The author's text has its own tone: no doubt is cast before it.
  const opener = !ready || draft.dice(3, 'opener') === 0 ? openerFor(situation, script.stance === 'negotiator' ? 'neutral' : undefined) : undefined;
  return { move: 'reaction', parts: !ready || fits([opener, text]) ? [opener, text] : [text], state: { offer: Math.min(offer, (script.exercise.offers?.length ?? 1) - 1), depth: state.depth + 1, ...(found.when.measured === undefined ? {} : { nudgedAt: state.turns }) } };
}

/** The author's reaction that fits the turn best and can still be said: the phase's own first. */
export function findReaction(situation: Situation, lists = [currentPhase(situation)?.reactions ?? [], situation.script.exercise.reactions ?? []]): Reaction | undefined {
  const { draft, state } = situation;
  const measuredToo = mayRemark(state);
  for (const list of lists) {
    const fitting = list.filter((reaction) => (reaction.when.measured === undefined || measuredToo) && holds(situation, reaction) && canSay(situation, reaction));
    // What the learner came to last is what they want to talk about.
    const [best] = fitting.map((reaction) => ({ reaction, at: findStem(situation.heard.words, reaction.when.said ?? []) ?? -1 })).sort((a, b) => b.at - a.at);
    if (best !== undefined) return best.reaction;
  }
  return undefined;

  function canSay(at: Situation, { say, concede }: Reaction): boolean {
    const offers = at.script.exercise.offers ?? [];
    if (concede === true && at.state.offer + 1 >= offers.length) return false;
    const values = valuesOf(at, concede === true ? at.state.offer + 1 : at.state.offer);
    return say.some((text) => draft.canSay(text, values));
  }
}

function holds({ heard, amountBefore }: Situation, { when }: Reaction): boolean {
  if (when.said !== undefined && findStem(heard.words, when.said) === undefined) return false;
  if (when.measured !== undefined && !heard.traits.includes(when.measured)) return false;
  const { figure } = heard;
  if (when.figure === 'some') return figure !== undefined;
  if (when.figure === 'none') return figure === undefined && heard.wordCount >= 15;
  if (when.figure === 'amount') return figure?.amount !== undefined;
  if (when.figure === 'lower') return figure?.amount !== undefined && amountBefore !== null && figure.amount < amountBefore;
  return true;
}

const EMOTIONS = ['stress', 'sad', 'angry', 'tired', 'happy'] as const satisfies readonly (Intent & PoolName)[];

export const feltIn = ({ heard }: Situation) => EMOTIONS.find((intent) => heard.is(intent));

/** A feeling is met before anything else is asked. */
export const emotion: Rule = (situation) => {
  const felt = feltIn(situation);
  const text = felt === undefined ? undefined : situation.draft.pool(felt);
  if (text === undefined) return undefined;
  const opener = felt === 'happy' ? undefined : situation.draft.pool('empathy');
  return { move: 'emotion', parts: fits([opener, text]) ? [opener, text] : [text], state: { depth: situation.state.depth + 1 } };
};

/** A bare yes or no. */
export const agree: Rule = ({ heard, draft }) => {
  const said = heard.is('yes') ? 'yes' : heard.is('no') ? 'no' : undefined;
  const text = said === undefined ? undefined : draft.followUp(said, {});
  return text === undefined ? undefined : { move: 'agree', parts: [text] };
};

/** Goes deeper into what the learner has just named: once between two prompts, twice where it is their own. */
export const deepen: Rule = (situation) => {
  const { heard, state, draft, script } = situation;
  const topic = heard.topics.find((candidate) => !isTakenUp(state, candidate) && (state.depth === 0 || candidate.own));
  if (state.depth > 1 || (state.depth === 1 && topic === undefined)) return undefined;
  const { figure } = heard;
  const onFigure = figure !== undefined && state.depth === 0 && figure.text.length > 1 && !(script.stance === 'coach' && figure.duration) && (topic === undefined || draft.dice(2, 'figure') === 0) ? draft.followUp('figure', { figure: figure.text }) : undefined;
  const text = onFigure ?? (topic === undefined ? undefined : draft.followUp(topic.kind, fieldsOf(topic)));
  if (text === undefined) return undefined;
  const takenUp = onFigure === undefined && topic !== undefined ? [...state.takenUp, ...wordsOf(topic)] : state.takenUp;
  return { move: 'topic', parts: [openerFor(situation), greetByName(situation), text], state: { depth: state.depth + 1, takenUp } };
};

/** The next thing to ask. */
export const lead: Rule = (situation) => {
  const question = ask(situation);
  const opener = !situation.script.fixed.has(question.text) || situation.draft.dice(4, 'opener') > 0 ? openerFor(situation) : undefined;
  const name = greetByName(situation);
  return { move: question.recalled ? 'recall' : 'prompt', parts: fits([opener, name, question.text]) ? [opener, name, question.text] : [opener, question.text], state: question.state };
};

interface Question {
  readonly text: string;
  readonly recalled: boolean;
  readonly state: Partial<CoachState>;
}

/** The phase's next prompt; past its last one, something named before; past that, a composed question. */
export function ask(situation: Situation): Question {
  const { state, draft } = situation;
  const prompts = currentPhase(situation)?.prompts ?? [];
  for (let at = state.asked; at < prompts.length; at++) {
    const ways = [prompts[at] ?? []].flat();
    const values = valuesOf(situation, state.offer);
    // A way that takes up the learner's own words is better than one that anybody could be asked.
    const text = draft.pick(ways.filter((way) => /\{(?!offer)/.test(way)), values) ?? draft.pick(ways, values);
    if (text !== undefined) return { text, recalled: false, state: { asked: at + 1, depth: 0 } };
  }
  const named = new Set(situation.heard.topics.map(({ text }) => text));
  const earlier = state.topics.filter(({ kind, own, text }) => kind === 'thing' && own && !named.has(text));
  const topic = earlier[draft.dice(Math.max(1, earlier.length), 'recall')];
  const recalled = topic === undefined ? undefined : draft.pool('recall', fieldsOf(topic));
  if (recalled !== undefined && topic !== undefined) return { text: recalled, recalled: true, state: { depth: 0, topics: state.topics.filter((other) => other !== topic) } };
  return { text: draft.composed(), recalled: false, state: { depth: 0 } };
}

/** A first sentence that fits the turn; short and fixed, so that its sound is there at once. */
export function openerFor({ script, state, heard, draft }: Situation, wanted?: PoolName): string | undefined {
  const named = (): PoolName => {
    if (state.nudge === 'too_short' && heard.wordCount >= 15 && script.stance === 'coach') return 'uptake';
    if (['stress', 'sad', 'tired'].some((felt) => heard.is(felt as Intent))) return 'empathy';
    if (script.stance === 'negotiator' && heard.wordCount >= 6 && draft.dice(2, 'sceptical') === 0) return 'sceptical';
    if (heard.wordCount >= 60) return 'thoughtful';
    if (heard.wordCount >= 14 && draft.dice(2, 'pleased') === 0) return 'pleased';
    return 'neutral';
  };
  return draft.pool(wanted ?? named()) ?? draft.pool('neutral');
}

function greetByName({ state, heard, draft }: Situation): string | undefined {
  return heard.name !== undefined && state.turns <= 3 && state.name === heard.name ? draft.pool('nameBack', { name: heard.name }) : undefined;
}

function valuesOf({ script, heard, state }: Situation, offer: number): Values {
  const topic = heard.topics.find((candidate) => !isTakenUp(state, candidate));
  const named = new Set(heard.topics.map(({ text }) => text));
  const earlier = state.topics.find((candidate) => candidate.own && candidate.kind === 'thing' && !named.has(candidate.text) && !isTakenUp(state, candidate));
  return {
    ...(earlier === undefined ? {} : { earlier: earlier.text, of_earlier: earlier.of, to_earlier: earlier.to }),
    ...(topic === undefined ? {} : fieldsOf(topic)),
    ...(heard.figure === undefined ? {} : { figure: heard.figure.text }),
    ...(state.name === null ? {} : { name: state.name }),
    ...(script.exercise.offers === undefined ? {} : { offer: script.exercise.offers[offer] ?? '' }),
  };
}

const fieldsOf = ({ text, of, to }: Topic) => ({ topic: text, of_topic: of, to_topic: to });
const wordsOf = ({ text }: Topic): string[] => foldedWords(text).filter((word) => word.length >= 4 && word !== 'votre' && word !== 'cette');
const isTakenUp = ({ takenUp }: CoachState, topic: Topic): boolean => wordsOf(topic).some((word) => takenUp.includes(fold(word)));
export const fits = (parts: readonly (string | undefined)[]): boolean => countWords(parts.filter((part) => part !== undefined).join(' ')) <= MOST_WORDS;
