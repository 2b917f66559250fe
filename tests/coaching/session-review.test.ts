import { expect, test } from 'vitest';
import { reviewTurns } from '../../coaching/session-review.ts';
import type { KeptEvent, SessionEvent } from '../../protocol/session-events.ts';
import type { Word } from '../../protocol/transcript.ts';

const AT = 1_700_000_000_000;
type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

/** Words of 300 ms, one every `every` ms. */
const timed = (text: string, every = 400): Word[] => text.split(' ').map((word, index) => ({ word, start: (index * every) / 1_000, end: (index * every + 300) / 1_000, conf: 1 }));

function learner(text: string, over: Partial<Of<'learner_turn'>> = {}): Of<'learner_turn'> {
  const words = over.words ?? timed(text);
  return { seq: 1, at: AT, type: 'learner_turn', turn: 1, source: 'voice', startedAt: AT, text, words, durationMs: Math.round((words.at(-1)?.end ?? 0) * 1_000), interruptedCoach: false, ...over };
}

function coach(clauses: [string, number][], over: Partial<Of<'coach_turn'>> = {}): Of<'coach_turn'> {
  return { seq: 1, at: AT, type: 'coach_turn', turn: 1, by: 'scripted', startedAt: AT, durationMs: 5_000, text: clauses.map(([text]) => text).join(' '), clauses: clauses.map(([text, startMs]) => ({ text, startMs })), interrupted: false, latency: {}, levels: [], ...over };
}

const review = (...events: SessionEvent[]) => reviewTurns(events.map((event): KeptEvent => ({ term: 1, event })), 'fr');
const sentencesOf = (...events: SessionEvent[]) => review(...events).turns[0]?.sentences.map(({ text, at, durationMs }) => [text, at - AT, durationMs]);

test('a learner’s sentences lie where their words do', () => {
  expect(sentencesOf(learner('Bonjour à tous. Je suis là !'))).toEqual([['Bonjour à tous.', 0, 1_100], ['Je suis là !', 1_200, 1_100]]);
});

test('words without the text’s marks and capitals are the same words', () => {
  expect(sentencesOf(learner('Bonjour, à tous ! «Je suis là !»', { words: timed('bonjour à tous je suis là') }))).toEqual([['Bonjour, à tous !', 0, 1_100], ['«Je suis là !»', 1_200, 1_100]]);
});

test('where words differ from the text the sentences still share the turn in order', () => {
  const placed = sentencesOf(learner('Il y a 38 000 clients. Je les connais tous.', { words: timed('il y a trente huit mille clients je les connais tous') })) ?? [];
  expect(placed.map(([text]) => text)).toEqual(['Il y a 38 000 clients.', 'Je les connais tous.']);
  const [[, first, firstLength], [, second, secondLength]] = placed as [[string, number, number], [string, number, number]];
  expect(first).toBe(0);
  expect(second).toBeGreaterThanOrEqual(first + firstLength - 400);
  expect(second + secondLength).toBe(4_300);
});

test('typed text has a place and no length', () => {
  const { turns } = review(learner('Bonjour. Ça va ?', { source: 'text', words: [], durationMs: 0 }));
  expect(turns).toEqual([{ who: 'learner', how: 'text', at: AT, durationMs: 0, words: [], interrupted: false, sentences: [{ text: 'Bonjour.', at: AT, durationMs: 0 }, { text: 'Ça va ?', at: AT, durationMs: 0 }] }]);
});

test('a voice without word times is taken to be even', () => {
  expect(sentencesOf(learner('Abcd. Efgh.', { words: [], durationMs: 2_000 }))).toEqual([['Abcd.', 0, 1_000], ['Efgh.', 1_000, 1_000]]);
});

test('the coach’s clauses are joined to sentences', () => {
  expect(sentencesOf(coach([['Bonjour Zoé,', 0], ['je suis contente.', 900], ['Par où voulez-vous commencer ?', 2_600]]))).toEqual([['Bonjour Zoé, je suis contente.', 0, 2_600], ['Par où voulez-vous commencer ?', 2_600, 2_400]]);
});

test('of an interrupted coach there is what was heard', () => {
  const heard = coach([['Bonjour Zoé.', 0], ['Par où voulez-vous', 1_000]], { text: 'Bonjour Zoé. Par où', interrupted: true, durationMs: 1_600 });
  const { turns } = review(heard);
  expect(turns[0]).toMatchObject({ who: 'coach', how: 'voice', interrupted: true, durationMs: 1_600, words: [] });
  expect(sentencesOf(heard)).toEqual([['Bonjour Zoé.', 0, 1_000], ['Par où', 1_000, 600]]);
});

test('two sentences of one clause share its time by their length', () => {
  expect(sentencesOf(coach([['Abcd. Efghij.', 0]], { durationMs: 1_000 }))).toEqual([['Abcd.', 0, 400], ['Efghij.', 400, 600]]);
});

test('what nobody heard is no turn; without clauses the text is spread', () => {
  expect(review(coach([], { text: '', durationMs: 0 })).turns).toEqual([]);
  expect(review(coach([['Jamais dit.', 0]], { text: '', durationMs: 0 })).turns).toEqual([]);
  expect(sentencesOf(coach([], { text: 'Abcd. Efgh.', durationMs: 1_000 }))).toEqual([['Abcd.', 0, 500], ['Efgh.', 500, 500]]);
});

test('turns are in the order of the sound, and other events are none', () => {
  const { turns } = review(learner('Oui.', { startedAt: AT + 3_000 }), coach([['Alors ?', 0]], { startedAt: AT }), { seq: 3, at: AT, type: 'coach_state', state: 'listening' });
  expect(turns.map(({ who }) => who)).toEqual(['coach', 'learner']);
});

test('figures of the learner’s speech', () => {
  // 20 words, 600 ms apart with gaps of 300: 11.7 s.
  const text = Array(20).fill('mot').join(' ');
  const { measures } = review(learner(text, { words: timed(text, 600) }), coach([['Alors ?', 0]], { durationMs: 11_700 }));
  expect(measures.wordsPerMinute).toBeCloseTo(20 / (11.7 / 60));
  expect(measures.talkShare).toBeCloseTo(0.5);
  expect(measures.pauses).toMatchObject({ count: 19, longestMs: 300 });
  expect(measures.pauses?.perMinute).toBeCloseTo(19 / (11.7 / 60));
  expect(measures.pauses?.ratio).toBeCloseTo((19 * 0.3) / 11.7);
});

test('turns add up; what is typed counts in no rate', () => {
  const text = Array(10).fill('mot').join(' ');
  const { measures } = review(learner(text), learner(text, { startedAt: AT + 10_000 }), learner('Beaucoup de mots tapés au clavier.', { source: 'text', words: [], durationMs: 0, startedAt: AT + 20_000 }));
  expect(measures.wordsPerMinute).toBeCloseTo(20 / (7.8 / 60));
  expect(measures.pauses).toMatchObject({ count: 0, longestMs: 0, ratio: 0 });
  expect(measures.talkShare).toBe(1);
});

test('too little speech has no figures', () => {
  expect(review(learner('Oui.')).measures).toEqual({});
  expect(review().measures).toEqual({});
  const quiet = review(learner('Oui.'), coach([['Alors ?', 0]], { durationMs: 9_700 })).measures;
  expect(quiet.wordsPerMinute).toBeUndefined();
  expect(quiet.pauses).toBeUndefined();
  expect(quiet.talkShare).toBeCloseTo(0.03);
});

test('odd times do no harm', () => {
  const odd = review(learner('Un deux. Trois.', { words: [{ word: 'un', start: 5, end: 1, conf: 0 }, { word: 'deux', start: 0, end: 0, conf: 0 }, { word: '', start: 0, end: 0, conf: 0 }, { word: 'trois', start: 1e6, end: 0, conf: 0 }] }));
  for (const { at, durationMs } of odd.turns[0]?.sentences ?? []) {
    expect(Number.isSafeInteger(at)).toBe(true);
    expect(durationMs).toBeGreaterThanOrEqual(0);
  }
});
