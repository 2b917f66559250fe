import { describe, expect, it } from 'vitest';
import { transcribe, turns, type Line, type TranscriptEvent } from '../../../web/src/transcript/transcript.ts';

const play = (...events: TranscriptEvent[]): readonly Line[] => events.reduce<readonly Line[]>(transcribe, []);
const heard = (id: string, who: Line['who'], text: string, { final = false, at = 0 } = {}): TranscriptEvent => ({ type: 'heard', id, who, text, final, at });

describe('transcribe', () => {
  it('lets a line grow until it is final', () => {
    const lines = play(heard('a', 'learner', 'Bon', { at: 1 }), heard('a', 'learner', 'Bonjour', { at: 2 }), heard('a', 'learner', 'Bonjour.', { final: true, at: 3 }));
    expect(lines).toEqual([{ id: 'a', who: 'learner', how: 'voice', text: 'Bonjour.', state: 'said', at: 1, until: 3 }]);
  });

  it('passes over a partial that comes after its final', () => {
    expect(play(heard('a', 'learner', 'Oui.', { final: true }), heard('a', 'learner', 'Ou'))).toMatchObject([{ text: 'Oui.', state: 'said' }]);
  });

  it('never takes words away: an empty final leaves the last partial, and nothing at all leaves no line', () => {
    expect(play(heard('a', 'learner', 'Peut-être'), heard('a', 'learner', '', { final: true }), { type: 'finished', id: 'a' })).toMatchObject([{ text: 'Peut-être', state: 'said' }]);
    expect(play(heard('a', 'learner', ' ', { final: true }), { type: 'finished', id: 'a' })).toEqual([]);
  });

  it('marks what a broken connection cut, and nothing else', () => {
    const lines = play(heard('a', 'learner', 'Fini.', { final: true }), heard('b', 'coach', 'Je disais'), { type: 'typed', id: 'c', text: 'Allô ?', at: 5 }, { type: 'cut' });
    expect(lines.map(({ state }) => state)).toEqual(['said', 'cut', 'waiting']);
  });

  it('tells words of the coach that the learner cut from whole ones', () => {
    const lines = play(heard('a', 'coach', 'Quelle'), { type: 'finished', id: 'a' }, heard('b', 'coach', 'À bientôt.'), { type: 'cut' });
    expect(lines.map(({ state }) => state)).toEqual(['cut', 'said']);
  });

  it('keeps what is typed until it is delivered', () => {
    const typed: TranscriptEvent = { type: 'typed', id: 't', text: 'Bonjour', at: 4 };
    expect(play(typed)).toMatchObject([{ who: 'learner', how: 'text', state: 'waiting', at: 4 }]);
    expect(play(typed, { type: 'delivered', id: 't' })).toMatchObject([{ state: 'said' }]);
  });

  it('sends again what was typed of late and had no answer when the coach is lost', () => {
    const typed = (id: string, at: number): TranscriptEvent => ({ type: 'typed', id, text: id, at });
    const lines = play(
      typed('answered', 1), { type: 'delivered', id: 'answered' }, heard('c', 'coach', 'Bien.', { final: true, at: 2 }),
      typed('long ago', 3), { type: 'delivered', id: 'long ago' }, heard('u', 'learner', 'Dit.', { final: true }),
      typed('just now', 50_000), { type: 'delivered', id: 'just now' }, { type: 'unread', at: 60_003 },
    );
    expect(lines.filter(({ state }) => state === 'waiting').map(({ id }) => id)).toEqual(['just now']);
  });
});

describe('turns', () => {
  it('puts what one says in a row under one name', () => {
    const lines = play(heard('a', 'coach', 'Un.', { at: 1 }), heard('b', 'coach', 'Deux.', { at: 2 }), heard('c', 'learner', 'Trois.', { at: 3 }), heard('d', 'coach', 'Quatre.', { at: 4 }));
    expect(turns(lines).map(({ who, at, lines: said }) => [who, at, said.length])).toEqual([['coach', 1, 2], ['learner', 3, 1], ['coach', 4, 1]]);
  });
});
