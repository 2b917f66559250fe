import type { Word } from '../../protocol/transcript.ts';
import type { Trait } from '../exercise.ts';
import { measureTurn, traitsOf, type SpeechTotals } from '../speech-measures.ts';
import { fold, foldedWords } from '../spoken-words.ts';
import type { Intent, Language } from './language.ts';
import type { Script } from './script.ts';
import type { Topic } from './state.ts';
import { figureOf, firstNameOf, topicsOf, type Figure } from './topics.ts';

/** A learner's turn, understood as far as words and figures go. */
export interface Heard {
  readonly text: string;
  /** Folded, without punctuation: what intents are matched against. */
  readonly plain: string;
  readonly words: readonly string[];
  readonly wordCount: number;
  readonly totals: SpeechTotals;
  readonly traits: readonly Trait[];
  readonly topics: readonly Topic[];
  readonly figure: Figure | undefined;
  readonly name: string | undefined;
  readonly asks: boolean;
  /** Whether the recogniser heard more guesses than words. */
  readonly unsure: boolean;
  is(intent: Intent): boolean;
  /** Whether one sentence of a short turn is this: what stands beside it may be the recogniser's guess. */
  says(intent: Intent): boolean;
}

/** Mean word confidence below which the coach asks again instead of guessing [O]. */
const UNSURE = 0.3;
/** Longer turns are looked at no further than this: nobody speaks more in one breath, and time stays bounded. */
const MAX_CHARACTERS = 20_000;

export function hear(script: Script, text: string, words: readonly Word[]): Heard {
  const said = text.slice(0, MAX_CHARACTERS).trim();
  const plain = plainly(said);
  const totals = measureTurn(said, words);
  const pace = script.exercise.pace ?? 'conversation';
  return {
    text: said,
    plain,
    words: foldedWords(said),
    wordCount: totals.words,
    totals,
    traits: traitsOf(totals, pace),
    topics: topicsOf(said, words),
    figure: figureOf(said),
    name: firstNameOf(said),
    asks: /\?["» ]*$/u.test(said) || script.language.intents.question.test(lastSentence(plain, said)),
    unsure: words.length > 0 && words.reduce((sum, { conf }) => sum + conf, 0) / words.length < UNSURE,
    is: (intent) => matches(script.language, intent, plain, totals.words),
    says: (intent) => said.split(/[.!?…]+/u).some((sentence) => matches(script.language, intent, plainly(sentence), totals.words)),
  };
}

const plainly = (text: string): string => fold(text).replace(/[^\p{L}\p{N}']+/gu, ' ').trim();

/** Commands and set phrases are short; a long turn that happens to contain one is an answer. */
const MOST_WORDS: Partial<Record<Intent, number>> = { repeat: 12, pause: 8, resume: 8, finish: 12, goodbye: 12, help: 14, dontKnow: 10, yes: 5, no: 5, greeting: 9, thanks: 6, andYou: 14, opinion: 16, whoAreYou: 14, timeLeft: 14, howAmI: 16, offTopic: 20 };

function matches(language: Language, intent: Intent, plain: string, wordCount: number): boolean {
  return wordCount <= (MOST_WORDS[intent] ?? Infinity) && language.intents[intent].test(plain);
}

function lastSentence(plain: string, said: string): string {
  return said.length < 200 && !/[.!]\s/.test(said) ? plain : '';
}
