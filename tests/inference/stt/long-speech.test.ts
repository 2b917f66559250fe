import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { plainWords, wordErrorRate } from '../../../core/word-error-rate.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { toFloat } from '../../../inference/stt/pcm.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { joined } from '../../../protocol/pcm.ts';
import { quiet, SpokenFrench } from '../../support/spoken-french.ts';

/** Each with a word that stands in no other. */
const SENTENCES: readonly (readonly [marker: string, sentence: string])[] = [
  ['cinéma', 'Hier soir je suis allé au cinéma avec des amis de mon quartier'],
  ['restaurant', 'quand j’étais étudiant je travaillais chaque été dans un restaurant au bord de la mer'],
  ['directeur', 'le directeur de notre école nous parlait toujours avec beaucoup de patience'],
  ['voiture', 'mon frère a vendu sa vieille voiture pour acheter un vélo électrique'],
  ['musique', 'ma voisine écoute de la musique classique pendant toute la matinée'],
  ['montagne', 'nous avons passé nos vacances dans une petite maison à la montagne'],
  ['ordinateur', 'il faut que je répare mon ordinateur avant la fin de la semaine'],
  ['professeur', 'le professeur de mathématiques nous expliquait les choses simplement'],
  ['jardin', 'les enfants jouent dans le jardin derrière la grande maison blanche'],
  ['téléphone', 'je n’ai pas entendu le téléphone parce que je dormais profondément'],
  ['boulangerie', 'tous les matins j’achète du pain frais à la boulangerie de la place'],
  ['bibliothèque', 'la bibliothèque de la ville restera ouverte pendant tout le mois de juillet'],
  ['hôpital', 'sa fille travaille depuis trois ans comme médecin dans un hôpital de Lyon'],
  ['aéroport', 'nous sommes arrivés très tard à l’aéroport à cause de la circulation'],
  ['fromage', 'mon grand-père prépare un excellent fromage de chèvre dans sa ferme'],
  ['université', 'sa sœur est devenue avocate après de longues études à l’université'],
  ['cuisine', 'le dimanche mon père prépare le repas dans la cuisine en chantant'],
  ['printemps', 'les oiseaux reviennent toujours au printemps dans les arbres du village'],
  ['bateau', 'nous traverserons la rivière en bateau avec nos amis de Bretagne'],
  ['journal', 'je lis le journal chaque soir avant de me coucher pour rester informé'],
  ['tableau', 'ce peintre a terminé son plus beau tableau quelques jours avant sa mort'],
];
const TEXT = SENTENCES.map(([, sentence]) => sentence).join(' ');

const log = createLogger('test');
const engine = new WhisperEngine({ threads: 2, log, gate: new ComputeGate(1) });
const recogniser = recogniserOf([engine], { language: 'fr', log, registry: new Registry() });
const voice = new SpokenFrench();
/** All in one breath: 0.12 s between two sentences, which ends no utterance anywhere. */
let speech: Int16Array;

beforeAll(async () => {
  await recogniser.ready();
  const pieces: Int16Array[] = [];
  for (const [, sentence] of SENTENCES) pieces.push(await voice.say(sentence), quiet(120));
  speech = joined(pieces);
  expect(speech.length / 16_000).toBeGreaterThan(60);
});
afterAll(() => Promise.all([recogniser.close(), voice.close()]));

/** The markers in the order in which they were heard, each as often as it was. */
function markers(text: string): string[] {
  const known = new Set(SENTENCES.map(([marker]) => marker));
  return plainWords(text).filter((word) => known.has(word));
}
const ALL = SENTENCES.map(([marker]) => marker);

it('a file without pauses is cut, and nothing lost or told twice at the seams', async () => {
  const { text, segments, words } = await recogniser.transcribe(toFloat(speech));
  expect(segments.length).toBeGreaterThan(2);
  expect(markers(text)).toEqual(ALL);
  expect(wordErrorRate(TEXT, text)).toBeLessThan(0.15);
  const starts = words.map(({ start }) => start);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

it('so is a stream', async () => {
  const stream = recogniser.stream({ sampleRate: 16_000, language: 'fr', words: true, preflight: true });
  stream.push(speech);
  stream.end();
  const results = (await Array.fromAsync(stream)).filter((message) => 'text' in message);
  const text = results.map((result) => result.text).join(' ');
  expect(results.length).toBeGreaterThan(2);
  expect(markers(text)).toEqual(ALL);
  expect(wordErrorRate(TEXT, text)).toBeLessThan(0.15);
  const starts = results.flatMap(({ result = [] }) => result.map(({ start }) => start));
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});
