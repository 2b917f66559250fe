import { describe, expect, it } from 'vitest';
import { countDisfluencies } from '../../coaching/disfluencies.ts';
import { addUp, measureTurn, NO_SPEECH, speechFigures, traitsOf } from '../../coaching/speech-measures.ts';
import { countWords, findStem, foldedWords } from '../../coaching/spoken-words.ts';
import { countSyllables } from '../../coaching/syllables.ts';
import type { Word } from '../../protocol/transcript.ts';
import { spoken } from '../support/simulated-learner.ts';

const word = (text: string, start: number, end: number): Word => ({ word: text, start, end, conf: 1 });
const twelve = 'un deux trois quatre cinq six sept huit neuf dix onze douze';

describe('measureTurn', () => {
  it('counts words, time and pauses of 250 ms and more', () => {
    const turn = measureTurn('', [word('bonjour', 0.5, 1), word('je', 1.249, 1.4), word('suis', 1.65, 2), word('là', 3, 3.2)]);
    expect(turn).toMatchObject({ words: 4, spokenMs: 2_700, pauses: 2, pauseMs: 1_250, longestPauseMs: 1_000, syllables: 5 });
  });

  it('counts typed text without timing it', () => {
    const turn = measureTurn('Bonjour, je voudrais un rendez-vous !', []);
    expect(turn).toMatchObject({ words: 5, timedWords: 0, spokenMs: 0 });
    expect(speechFigures(turn).speechRate).toBeUndefined();
    expect(speechFigures(turn).durationMs).toBeUndefined();
  });
});

describe('speechFigures', () => {
  it('gives the rate over the whole turn and the articulation without pauses', () => {
    const words = Array.from({ length: 20 }, (_, at) => word('maison', at * 0.5, at * 0.5 + 0.2));
    const figures = speechFigures(measureTurn('', words));
    expect(figures.speechRate).toBeCloseTo(20 / (9.7 / 60), 5);
    expect(figures.pauseRatio).toBeCloseTo((19 * 0.3) / 9.7, 5);
    expect(figures.articulationRate).toBeCloseTo(40 / 4, 5);
  });

  it('says nothing of too little speech', () => {
    expect(speechFigures(measureTurn('', spoken('un deux trois')))).toMatchObject({ speechRate: undefined, pauseRatio: undefined, articulationRate: undefined, filledPausesPer100: undefined });
    expect(speechFigures(NO_SPEECH)).toMatchObject({ words: 0, durationMs: undefined, speechRate: undefined });
    // Enough words, but said in no time: a recogniser's artefact, no rate.
    expect(speechFigures(measureTurn('', twelve.split(' ').map((text) => word(text, 0, 0)))).speechRate).toBeUndefined();
  });

  it('adds up over turns', () => {
    const a = measureTurn('', spoken(twelve));
    const b = measureTurn('', spoken(`euh ${twelve}`));
    expect(speechFigures(addUp(a, b))).toMatchObject({ words: 25, filledPausesPer100: 4 });
    expect(addUp(a, b).spokenMs).toBe(a.spokenMs + b.spokenMs);
  });
});

describe('traitsOf', () => {
  const sentence = 'je marche souvent le long du canal avec mon chien et je pense à la journée qui vient de passer dans cette ville';
  it.each([
    ['too_short', 'Oui voilà.', 170],
    ['fast', sentence, 290],
    ['slow', sentence, 90],
    ['hesitant', `euh ${sentence} euh`, 170],
  ] as const)('hears %s', (trait, text, rate) => expect(traitsOf(measureTurn(text, spoken(text, { rate })), 'conversation')).toContain(trait));

  it('hears nothing in an ordinary turn', () => expect(traitsOf(measureTurn(sentence, spoken(sentence)), 'conversation')).toEqual([]));
  it('lets a talk be long and slow', () => {
    const long = Array.from({ length: 8 }, () => sentence).join(' ');
    expect(traitsOf(measureTurn(long, spoken(long, { rate: 130 })), 'talk')).toEqual([]);
    expect(traitsOf(measureTurn(long, spoken(long, { rate: 130 })), 'conversation')).toEqual(expect.arrayContaining(['too_long', 'slow']));
  });
  it('tells no pace from a few words', () => expect(traitsOf(measureTurn('', spoken('je suis là depuis hier soir avec eux', { rate: 400 })), 'conversation')).toEqual([]));
});

describe('countDisfluencies', () => {
  const count = (text: string) => countDisfluencies(spoken(text));
  it('counts filled pauses in their spellings', () => expect(count('Euh, je, heu euuuh hum voilà hmm').filledPauses).toBe(5));
  it('counts markers that stand alone or open the turn', () => {
    expect(count('Du coup je pars demain').markers).toBe(1);
    expect(count('Je pars, en fait, demain, voilà.').markers).toBe(2);
    expect(count('Bon, ben, voilà.').markers).toBe(3);
  });
  it('leaves them alone inside a sentence', () => {
    expect(count('Il a donc pris un bon livre de ce genre').markers).toBe(0);
    expect(count('Voici quoi faire').markers).toBe(0);
  });
  it('sees isolation in pauses where there is no punctuation', () => {
    expect(countDisfluencies([word('je', 0, 0.2), word('voilà', 0.6, 0.8), word('pars', 1.2, 1.4)]).markers).toBe(1);
    expect(countDisfluencies([word('je', 0, 0.2), word('voilà', 0.25, 0.4), word('pars', 0.45, 0.6)]).markers).toBe(0);
  });
  it('counts hedges and repeats', () => {
    expect(count('Je pense que c’est peut-être un peu loin').hedges).toBe(3);
    expect(count('je je suis parti euh parti hier').repeats).toBe(2);
    expect(count('il y a il y a longtemps').repeats).toBe(0); // three words, not a bigram
    expect(count('on va on va partir').repeats).toBe(1);
    expect(count('nous nous voyons').repeats).toBe(0);
  });
});

describe('countSyllables', () => {
  it.each(Object.entries({ bonjour: 2, maison: 2, belle: 1, le: 1, les: 1, théâtre: 2, entreprise: 3, eau: 1, équipe: 2, idée: 2, réaliste: 3, voyage: 2, question: 2, travail: 2, oui: 1, qualité: 3, créer: 2, pays: 2, feuille: 1, parlaient: 2, chaos: 2, université: 5, gouvernement: 4, aéroport: 4, noël: 2, est: 1, famille: 2, communication: 5, musée: 2, femmes: 1, travailler: 3, 'l’école': 2, '…': 0 }))('%s: %i', (text, syllables) => expect(countSyllables(text)).toBe(syllables));
});

describe('findStem', () => {
  const found = (text: string, ...stems: string[]): boolean => findStem(foldedWords(text), stems) !== undefined;
  it('takes long stems as beginnings and short ones as words', () => {
    expect(found('Nous voyagions beaucoup', 'voyag')).toBe(true);
    expect(found('Le thème', 'thé')).toBe(false);
    expect(found('Un thé', 'thé')).toBe(true);
  });
  it('ignores accents, case and typographic apostrophes', () => expect(found('À L’ÉQUIPE', "l'équipe")).toBe(true));
  it('finds phrases in a row', () => {
    expect(found('on a tout refait', 'on a')).toBe(true);
    expect(found('on en a parlé', 'on a')).toBe(false);
  });
  it('does not hear what is denied', () => {
    expect(found('je n’ai pas d’enfants', 'enfant')).toBe(false);
    expect(found('sans équipe', 'équipe')).toBe(false);
    expect(found('j’ai des enfants', 'enfant')).toBe(true);
  });
});

describe('countWords', () => {
  it.each([['', 0], ['😀 — !', 0], ['l’équipe est là', 3], ['38 000 euros', 3]] as const)('“%s”: %i', (text, count) => expect(countWords(text)).toBe(count));
});
