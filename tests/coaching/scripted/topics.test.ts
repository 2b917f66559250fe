import { describe, expect, it } from 'vitest';
import { figureOf, firstNameOf, topicsOf } from '../../../coaching/scripted/topics.ts';
import { spoken } from '../../support/simulated-learner.ts';

const best = (text: string): string | undefined => topicsOf(text)[0]?.text;

describe('topicsOf', () => {
  it.each([
    ['Je travaille avec mon équipe', 'votre équipe'],
    ['Mon équipe de développement est jeune', 'votre équipe de développement'],
    ['Je prépare un projet important', 'ce projet'],
    ['On m’a confié une mission à Lille', 'cette mission'],
    ['J’ai visité un hôpital', 'cet hôpital'],
    ['C’était mon premier poste', 'votre premier poste'],
    ['Mes parents habitent loin', 'vos parents'],
    ['J’adore cuisiner le soir', 'cuisiner'],
    ['Je rêve de voyager', 'voyager'],
    ['On a parlé de notre enfance en Bretagne', 'votre enfance en Bretagne'],
  ])('%s → %s', (text, topic) => expect(best(text)).toBe(topic));

  it('puts prepositions right', () => {
    expect(topicsOf('J’aime bien le jardin')[0]).toMatchObject({ of: 'du jardin', to: 'au jardin' });
    expect(topicsOf('Mon métier me plaît')[0]).toMatchObject({ of: 'de votre métier', to: 'à votre métier' });
    expect(topicsOf('J’aime aider')[0]).toMatchObject({ of: 'd’aider' });
  });

  it.each(['Je le fais souvent', 'Il a dû partir', 'C’est la vie', 'sans mon équipe', 'Il y a un truc', 'oui', '', 'euh ben voilà', 'Je ne sais pas quoi dire', 'Les gens sous-estiment le travail manuel'])('names nothing in “%s”', (text) => expect(topicsOf(text)).toEqual([]));

  it('says back no word the recogniser was unsure of', () => {
    const words = spoken('je parle de mon équipe').map((word) => (word.word === 'équipe' ? { ...word, conf: 0.3 } : word));
    expect(topicsOf('je parle de mon équipe', words)).toEqual([]);
  });

  it('hears proper names, but not at a sentence’s beginning', () => {
    expect(topicsOf('Je suis allée à Marseille en train').map(({ text }) => text)).toContain('Marseille');
    expect(topicsOf('Hier je suis resté là').map(({ text }) => text)).not.toContain('Hier');
  });

  it('never says more than five words', () => {
    const text = 'mon grand vieux projet de transformation de mon entreprise de travaux publics';
    for (const topic of topicsOf(text)) expect(topic.text.split(' ').length).toBeLessThanOrEqual(6);
  });
});

describe('firstNameOf', () => {
  it.each([['Bonjour, je m’appelle Paul.', 'Paul'], ['Moi c’est Anne-Lise', 'Anne-Lise'], ['Je suis Karim', 'Karim'], ['je suis content', undefined], ['je m’appelle comment', undefined]])('%s', (text, name) => expect(firstNameOf(text)).toBe(name));
});

describe('figureOf', () => {
  it.each([
    ['nous avons gagné 12 % de parts', '12 %', undefined],
    ['je demande 45 000 euros', '45 000 euros', 45_000],
    ['disons 42000', '42000', 42_000],
    ['42k', '42k', 42_000],
    ['1,5 million d’euros', '1,5 million d’euros', 1_500_000],
    ['on était 12 personnes', '12 personnes', undefined],
    ['cela a duré huit mois', 'huit mois', undefined],
  ] as const)('%s', (text, figure, amount) => expect(figureOf(text)).toMatchObject({ text: figure, amount }));

  it.each(['en 2021', 'j’ai 34 ans', 'à 8 ans', 'il y a longtemps', 'un jour'])('no figure in “%s”', (text) => expect(figureOf(text)).toBeUndefined());
});
