import type { Exercise } from '../exercise.ts';
import type { Persona } from '../persona.ts';
import { addUp, NO_SPEECH } from '../speech-measures.ts';
import { boundary, distress, offTopic, unclear, unheard } from './boundary-rules.ts';
import { sentencesOf } from './choice.ts';
import { closing } from './closing.ts';
import { command, finish, help, lastWords, pause, repeat, resume } from './command-rules.ts';
import { Draft } from './draft.ts';
import { hear, type Heard } from './heard.ts';
import { agree, deepen, emotion, lead, moveOn, react } from './lead-rules.ts';
import { firstNudge, nudge } from './nudge-rules.ts';
import { common, foreseen, handBack } from './question-rules.ts';
import { makeScript, type Script } from './script.ts';
import type { CoachEvent, CoachState, Move, Step } from './state.ts';
import { currentPhase, type Outcome, type Rule, type Situation } from './turn-rules.ts';

/** A coach who leads an exercise by itself, without any model: pure, and the same for the same seed. */
export interface ScriptedCoach {
  readonly script: Script;
  /** The state before the first event. `seed`: the session's id. */
  begin(seed: string): CoachState;
  next(state: CoachState, event: CoachEvent): Step;
}

export function scriptedCoach(exercise: Exercise, persona: Persona): ScriptedCoach {
  const script = makeScript(exercise, persona);
  return { script, begin, next: (state, event) => next(script, state, event) };
}

function begin(seed: string): CoachState {
  return {
    version: 1, seed, stage: 'greeting', phase: 0, phaseTurns: 0, phaseWords: 0, phaseBegan: null, asked: 0, depth: 0, turns: 0, minutesLeft: null,
    used: [], last: null, topics: [], takenUp: [], name: null, amount: null, offer: 0, figures: 0, questions: 0, silences: 0, unheard: 0, nudgedAt: null, nudge: null,
    offeredPause: false, totals: NO_SPEECH,
  };
}

function next(script: Script, state: CoachState, event: CoachEvent): Step {
  if (state.stage === 'closing') return event.type === 'turn' ? afterClosing(script, state, hear(script, event.text, event.words ?? [])) : { state };
  const speaking = { script, state, draft: new Draft(script, state), amountBefore: state.amount };
  switch (event.type) {
    case 'start':
      return speak(speaking, { move: 'greeting', parts: [speaking.draft.pick(script.exercise.greetings)], state: { stage: 'running' } });
    case 'turn':
      return answer(script, state, hear(script, event.text, event.words ?? []));
    case 'silence':
      return state.stage === 'paused' ? { state } : breakSilence(speaking);
    case 'time': {
      const at = { ...state, minutesLeft: event.minutesLeft, phaseBegan: state.phaseBegan ?? event.minutesLeft };
      return event.minutesLeft > 0 ? { state: at } : speak({ ...speaking, state: at }, closing({ ...speaking, state: at }, 'timeUp'));
    }
    case 'command':
      return speak(speaking, { repeat, pause, resume, finish: (at: typeof speaking) => closing(at, 'finished') }[event.command](speaking));
    case 'restored':
      return speak(speaking, { move: 'repeat', parts: [speaking.draft.pool('restored'), lastWords(speaking)] });
    case 'said':
      return { state: { ...state, last: { text: event.text, clauses: sentencesOf(event.text).map((text) => ({ text, fixed: false })), move: 'prompt' } } };
  }
}

/** Over the closing words, this few are a goodbye, however the recogniser spelled them [O]. */
const PARTING_WORDS = 5;

/** The closing words were cut short: a goodbye is given back, and whoever is not done goes on as long as there is time. */
function afterClosing(script: Script, state: CoachState, heard: Heard): Step {
  const speaking = { script, state, draft: new Draft(script, state), amountBefore: state.amount };
  const farewell = (): Step => speak(speaking, { move: 'closing', parts: [speaking.draft.pool('farewell')] });
  if (state.minutesLeft === 0 || heard.is('finish') || heard.says('goodbye')) return farewell();
  const here: CoachState = { ...state, stage: 'running' };
  if (heard.is('no') || heard.is('pause') || heard.is('repeat')) return speak({ ...speaking, state: here }, resume({ ...speaking, state: here }));
  return heard.wordCount <= PARTING_WORDS ? farewell() : answer(script, here, heard);
}

/** Looked at in this order; the first rule that has an answer gives it. The last one always has. */
const RULES: readonly Rule[] = [unheard, distress, command, finish, boundary, unclear, foreseen, help, offTopic, common, handBack, moveOn, firstNudge, react, emotion, agree, nudge, deepen, lead];
/** Rules after which the turn counts as an answer to the exercise. */
const ANSWERING = new Set<Rule>([moveOn, firstNudge, react, emotion, agree, nudge, deepen, lead]);

function answer(script: Script, before: CoachState, heard: Heard): Step {
  const draft = new Draft(script, before);
  const here: CoachState = { ...before, silences: 0, questions: before.questions + (heard.asks ? 1 : 0) };
  const state = remember(here, heard);
  for (const rule of RULES) {
    const at: Situation = { script, heard, draft, amountBefore: before.amount, state: ANSWERING.has(rule) ? state : here };
    const outcome = rule(at);
    if (outcome === undefined) continue;
    const running = at.state.stage === 'paused' ? { ...at.state, stage: 'running' as const } : at.state;
    const nudged = outcome.move === 'nudge' || outcome.move === 'develop' ? running : { ...running, nudge: ANSWERING.has(rule) ? null : running.nudge };
    return speak({ ...at, state: { ...nudged, offeredPause: false, unheard: rule === unheard ? running.unheard : 0 } }, outcome);
  }
  return { state };
}

const MOST_TOPICS = 12;

function remember(state: CoachState, heard: Heard): CoachState {
  const known = new Set(state.topics.map(({ text }) => text));
  return {
    ...state,
    turns: state.turns + 1,
    phaseTurns: state.phaseTurns + 1,
    phaseWords: state.phaseWords + heard.wordCount,
    topics: [...state.topics, ...heard.topics.slice(0, 3).filter(({ text }) => !known.has(text))].slice(-MOST_TOPICS),
    name: state.name ?? heard.name ?? null,
    amount: heard.figure?.amount ?? state.amount,
    figures: state.figures + (heard.figure === undefined ? 0 : 1),
    totals: addUp(state.totals, heard.totals),
  };
}

/** A gentle word, then something to hold on to, then a pause; then the coach waits. */
function breakSilence(speaking: Omit<Situation, 'heard'>): Step {
  const { state, draft } = speaking;
  const silences = state.silences + 1;
  const own = currentPhase(speaking)?.help ?? [];
  const text = silences === 1 ? draft.pool('silence') : silences === 2 ? (draft.pick(own) ?? draft.pool('silenceAgain')) : silences === 3 ? draft.pool('offerPause') : undefined;
  if (text === undefined) return { state: { ...state, silences } };
  const last = state.last; // “repeat” means the question, not the nudge to answer it
  const step = speak(speaking, { move: 'silence', parts: [text], state: { silences, offeredPause: silences === 3 } });
  return { ...step, state: { ...step.state, last } };
}

/** Moves after which “repeat” still means what was said before them. */
const KEEPING = new Set<Move>(['repeat', 'pause', 'resume', 'closing']);

function speak({ state, draft }: Pick<Situation, 'state' | 'draft'>, outcome: Outcome): Step {
  const { reply, used } = draft.finish(outcome.move, outcome.parts);
  const keeps = KEEPING.has(outcome.move);
  const moved: CoachState = { ...state, ...outcome.state, used: [...new Set([...state.used, ...used])], last: keeps ? state.last : reply };
  return reply.clauses.length === 0 ? { state: moved } : { state: moved, reply };
}
