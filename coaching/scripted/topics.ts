import type { Word } from '../../protocol/transcript.ts';
import { fold } from '../spoken-words.ts';
import { ADJECTIVES_BEFORE, ASPIRATED, COMMON_CAPITALS, EMPTY_WORDS, INFINITIVE_LEADS, NOUN_LINKS } from './french-grammar.ts';
import type { Topic } from './state.ts';

/** What the recogniser must be sure of before the coach says a word back: a misheard echo is worse than none. */
const CONFIDENT = 0.55;
const VOWEL = /^[aeiouyàâäéèêëîïôöùûüœæh]/i;

interface Token {
  readonly text: string;
  readonly folded: string;
  /** Whether a sentence or a part of one ends after it. */
  readonly ends: boolean;
  readonly sure: boolean;
}

type Ranked = Topic & { readonly weight: number };

/**
 * What the learner named and the coach can say back, the most telling first: noun phrases turned round (“mon équipe” →
 * “votre équipe”, “un projet” → “ce projet”), things liked (“j'adore cuisiner” → “cuisiner”) and proper names. By
 * grammar's small words only, so it takes no model and cannot be led to say anything long: four words at most.
 */
export function topicsOf(text: string, words: readonly Word[] = []): Topic[] {
  const unsure = new Set(words.filter(({ conf }) => conf < CONFIDENT).map(({ word }) => bare(fold(word))));
  const tokens = tokenise(text, unsure);
  const found = tokens.flatMap((_, at) => [thingAt(tokens, at), activityAt(tokens, at), nameAt(tokens, at)]).filter((topic) => topic !== undefined);
  const ranked = found.toSorted((a, b) => b.weight - a.weight);
  return ranked.filter(({ text: name }, index) => ranked.findIndex((other) => fold(other.text) === fold(name)) === index).map(({ kind, text: name, of, to, own }) => ({ kind, text: curly(name), of: curly(of), to: curly(to), own }));

  function curly(form: string): string {
    return form.replaceAll("'", '’');
  }
}

function tokenise(text: string, unsure: ReadonlySet<string>): Token[] {
  const plain = text.replaceAll('’', "'");
  return [...plain.matchAll(/(?:[\p{L}]{1,6}'(?=\p{L}))|[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu)].map((match) => ({
    text: match[0],
    folded: fold(match[0]),
    ends: /^\s*[,.;:!?…()«»]/.test(plain.slice(match.index + match[0].length)),
    sure: !unsure.has(bare(fold(match[0]))),
  }));
}

const bare = (word: string): string => word.replace(/^[^\p{L}\p{N}]*(?:\p{L}{1,2}'|qu')?|[^\p{L}\p{N}]+$/gu, '');

/** Determiner + adjectives + noun (+ de + noun). */
function thingAt(tokens: readonly Token[], at: number): Ranked | undefined {
  const turned = turnDeterminer(tokens, at);
  if (turned === undefined || isDenied(tokens, at)) return undefined;
  const words: string[] = [];
  let end = at + 1;
  while (words.length < 2 && !tokens[end - 1]?.ends && ADJECTIVES_BEFORE.has(tokens[end]?.folded ?? '')) words.push(tokens[end++]?.text ?? '');
  const noun = tokens[end];
  if (noun === undefined || (end > at + 1 && tokens[end - 1]?.ends) || !isNoun(noun)) return undefined;
  words.push(noun.text);
  const tail = noun.ends ? [] : complement(tokens, end + 1);
  const head = words[0] ?? '';
  // “le travail” in passing is too little to ask about; “j'aime le jardin” is not.
  if (turned.weight < CLEAR && tail.length === 0 && !tokens.slice(Math.max(0, at - 3), at).some(({ folded }) => INFINITIVE_LEADS.has(folded))) return undefined;
  const determiner = turned.form(head);
  const said = [...words, ...tail].join(' ').replaceAll("' ", "'");
  return { kind: 'thing', ...inSentence(determiner, said), own: turned.weight === OWN || /^(?:votre|vos)$/.test(tail[1] ?? ''), weight: turned.weight + tail.length * 0.4 + at / tokens.length + Math.min(noun.text.length, 12) / 24 };
}

/** Weight of “my” and “our”, and the least that makes a bare noun worth asking about. */
const OWN = 3;
const CLEAR = 1.6;

interface Determiner {
  readonly weight: number;
  form(next: string): string;
}

/** The determiner as the coach says it: what was “mine” is “yours”, what was new is now known. */
function turnDeterminer(tokens: readonly Token[], at: number): Determiner | undefined {
  const word = (tokens[at]?.text ?? '').toLowerCase(); // with its accent: “dû” is no determiner
  const before = tokens[at - 1];
  // “je le fais”, “pour la voir”: a pronoun, not an article.
  if (['le', 'la', 'les', "l'"].includes(word)) return before !== undefined && !before.ends && PRONOUN_BEFORE.has(before.folded) ? undefined : { weight: 1.4, form: () => word };
  // “d'une salle”, “pour une classe”: only the ground for something else.
  if ((word === 'un' || word === 'une') && before !== undefined && GROUND.has(before.folded)) return undefined;
  if (word === 'un') return { weight: 2, form: (next) => (VOWEL.test(next) && !ASPIRATED.has(fold(next)) ? 'cet' : 'ce') };
  return DETERMINERS.get(word);
}

const said = (weight: number, form: string, ...heard: string[]): [string, Determiner][] => heard.map((word) => [word, { weight, form: () => form }]);
const DETERMINERS = new Map<string, Determiner>([
  ...said(OWN, 'votre', 'mon', 'ma', 'notre'),
  ...said(OWN, 'vos', 'mes', 'nos'),
  ...said(2, 'cette', 'une'),
  ...['ce', 'cet', 'cette', 'ces'].flatMap((word) => said(1.6, word, word)),
  ...said(1.2, 'le', 'du', 'au'),
  ...said(1.2, 'ces', 'des'),
  ...said(1.2, 'les', 'aux'),
]);

const GROUND = new Set(["quelqu'", 'quelqu', 'pour', 'par', "d'", 'de', 'a', 'sur', 'avec', 'comme', 'sans', 'en']);
const PRONOUN_BEFORE = new Set(['je', "j'", 'tu', 'il', 'elle', 'on', 'nous', 'vous', 'ils', 'elles', 'ne', "n'", 'qui', 'pour', 'me', 'te', 'se', 'a', 'de', 'sans', 'y', 'pas']);

function complement(tokens: readonly Token[], at: number): string[] {
  const link = tokens[at];
  const next = tokens[at + 1];
  if (link === undefined || next === undefined || link.ends || !NOUN_LINKS.has(link.folded)) return [];
  const owned = { mon: 'votre', ma: 'votre', notre: 'votre', mes: 'vos', nos: 'vos', la: 'la', "l'": "l'" }[next.folded];
  const noun = owned === undefined ? next : tokens[at + 2];
  if (noun === undefined || (owned !== undefined && next.ends) || !isNoun(noun)) return [];
  return owned === undefined ? [link.text, noun.text] : [link.text, owned, noun.text];
}

const isNoun = (token: Token): boolean => token.sure && token.folded.length >= 3 && /^[\p{L}-]+$/u.test(token.text) && !EMPTY_WORDS.has(token.folded) && !/(?:ement|amment)$/.test(token.folded.replace(/(?:v|p|m|tr)ement$/, ''));

function isDenied(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 2), at).some(({ folded }) => folded === 'sans' || folded === 'ni');
}

function inSentence(determiner: string, said: string): Pick<Topic, 'text' | 'of' | 'to'> {
  const text = determiner.endsWith("'") ? `${determiner}${said}` : `${determiner} ${said}`;
  if (determiner === 'le') return { text, of: `du ${said}`, to: `au ${said}` };
  if (determiner === 'les') return { text, of: `des ${said}`, to: `aux ${said}` };
  return { text, of: `de ${text}`, to: `à ${text}` };
}

/** “J'adore cuisiner”: what somebody likes, wants or dreams of doing. */
function activityAt(tokens: readonly Token[], at: number): Ranked | undefined {
  if (!INFINITIVE_LEADS.has(tokens[at]?.folded ?? '') || tokens[at]?.ends) return undefined;
  const skip = ['de', "d'", 'a', 'bien', 'beaucoup', 'surtout'].includes(tokens[at + 1]?.folded ?? '') ? 1 : 0;
  const verb = tokens[at + 1 + skip];
  if (verb === undefined || !verb.sure || !/^[a-zéèêçîôû]{2,}(?:er|ir|re|oir)$/i.test(verb.text) || EMPTY_WORDS.has(verb.folded)) return undefined;
  const object = verb.ends ? [] : tokens.slice(at + 2 + skip, at + 4 + skip);
  const [link, noun] = object;
  const whole = link && noun && !link.ends && ['du', 'des', 'au', 'aux', 'la', 'le', 'les', "l'"].includes(link.folded) && isNoun(noun) ? `${verb.text} ${link.text}${link.text.endsWith("'") ? '' : ' '}${noun.text}` : verb.text;
  const text = whole.toLowerCase();
  return { kind: 'activity', text, of: VOWEL.test(text) && !ASPIRATED.has(fold(text)) ? `d'${text}` : `de ${text}`, to: `à ${text}`, own: true, weight: 2.6 };
}

/** A capital inside a sentence. */
function nameAt(tokens: readonly Token[], at: number): Ranked | undefined {
  const token = tokens[at];
  const before = tokens[at - 1];
  if (token === undefined || before === undefined || before.ends || !token.sure) return undefined;
  if (!/^\p{Lu}\p{Ll}{2,}(?:-\p{L}+)*$/u.test(token.text) || COMMON_CAPITALS.has(token.folded) || EMPTY_WORDS.has(token.folded) || /^(?:m'|appelle|prenomme|suis|c'|est)$/.test(before.folded)) return undefined;
  const next = tokens[at + 1];
  const name = !token.ends && next !== undefined && /^\p{Lu}\p{Ll}+/u.test(next.text) ? `${token.text} ${next.text}` : token.text;
  return { kind: 'name', text: name, of: VOWEL.test(name) ? `d'${name}` : `de ${name}`, to: `à ${name}`, own: false, weight: 1.8 };
}

/** “Je m'appelle Paul”, “moi c'est Léa”. */
export function firstNameOf(text: string): string | undefined {
  const match = /(?:je m['’]appelle|mon (?:pré)?nom (?:est|c['’]est)|moi,? c['’]est|je suis)\s+(\p{Lu}[\p{Ll}]+(?:-\p{Lu}[\p{Ll}]+)?)/iu.exec(text);
  const name = match?.[1];
  return name !== undefined && /^\p{Lu}/u.test(name) && !COMMON_CAPITALS.has(fold(name)) ? name : undefined;
}

export interface Figure {
  readonly text: string;
  /** The number in units, where the turn names an amount of money. */
  readonly amount: number | undefined;
  /** Whether it counts time: “huit mois”. */
  readonly duration: boolean;
}

const UNIT = String.raw`k€|k\b|%|€|pour ?cents?|mille(?: euros)?|millions?(?: d['’]euros)?|euros?|personnes|clients|collègues|ans|années|mois|semaines|jours|heures|minutes|points|fois`;
const DIGITS = new RegExp(String.raw`(\d[\d\u00a0\u202f .,]*\d|\d)\s*(${UNIT})?`, 'giu');
const DURATION = /(?:ans|années|mois|semaines|jours|heures|minutes)$/i;
const NUMBER_WORD = '(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cents?|mille)';
const SPELT = new RegExp(String.raw`\b(${NUMBER_WORD}(?:[- ](?:et[- ])?${NUMBER_WORD})*) (?!points|fois)(${UNIT})`, 'giu');

/** The last figure of a turn with its unit: “12 %”, “38 000 euros”, “huit mois”. Years and ages are not figures. */
export function figureOf(text: string): Figure | undefined {
  const digits = [...text.matchAll(DIGITS)].filter((match) => !isDate(text, match));
  const last = digits.at(-1);
  if (last === undefined) {
    const spelt = [...text.matchAll(SPELT)].at(-1);
    return spelt === undefined || isDate(text, spelt) ? undefined : { text: spelt[0], amount: undefined, duration: DURATION.test(spelt[0]) };
  }
  const [whole, number = '', unit = ''] = last;
  const value = Number(number.replace(/[\u00a0\u202f ]|\.(?=\d{3}\b)/g, '').replace(',', '.'));
  const scale = /^(?:k|mille)/i.test(unit) ? 1_000 : /^million/i.test(unit) ? 1_000_000 : 1;
  const money = /€|euro|^k$|mille/i.test(unit) || (unit === '' && value >= 10_000);
  return { text: whole.trim(), amount: money && Number.isFinite(value) ? value * scale : undefined, duration: DURATION.test(unit) };
}

function isDate(text: string, { 0: whole, 1: number = '', 2: unit, index }: RegExpExecArray): boolean {
  const before = text.slice(0, index);
  if (unit === undefined && /^(?:19|20)\d\d$/.test(number)) return true;
  return /ans$/i.test(whole) && /(?:j['’]ai|j['’]avais|à|de) $/i.test(before);
}
