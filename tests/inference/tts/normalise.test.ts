import { describe, expect, it } from 'vitest';
import { MAX_SPEECH_CHARACTERS } from '../../../protocol/speech.ts';
import { normalise } from '../../../inference/tts/normalise.ts';

/** What is written, and how a French speaker says it. */
const FRENCH: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  numbers: [
    ['Il y a 21 élèves.', 'Il y a vingt et un élèves.'],
    ['80 et 81', 'quatre-vingts et quatre-vingt-un'],
    ['71, 95', 'soixante et onze, quatre-vingt-quinze'],
    ['1 234 567 habitants', 'un million deux cent trente-quatre mille cinq cent soixante-sept habitants'],
    ['1\u202f500 mots', 'mille cinq cents mots'],
    ['3,14 et 0,5', 'trois virgule quatorze et zéro virgule cinq'],
    ['2.5 fois', 'deux virgule cinq fois'],
    ['Il fait -5 dehors.', 'Il fait moins cinq dehors.'],
    ['Le code 007', 'Le code zéro zéro sept'],
    ['21 pages, 1 question, 31 minutes', 'vingt et une pages, une question, trente et une minutes'],
    ['10-15 personnes', 'dix à quinze personnes'],
    ['en 2024-2025', 'en deux mille vingt-quatre à deux mille vingt-cinq'],
    ['la Covid-19', 'la Covid dix-neuf'],
    ['une note de 7/10', 'une note de sept sur dix'],
    ['3/4 du temps, 1/2 heure', 'trois quarts du temps, une demi-heure'],
    ['2 + 2 = 4', 'deux plus deux égale quatre'],
    ['3 x 4', 'trois fois quatre'],
    ['Numéro 1234567890123456', 'Numéro un deux trois quatre cinq six sept huit neuf zéro un deux trois quatre cinq six'],
  ],
  ordinals: [
    ['le 1er et la 1re', 'le premier et la première'],
    ['la 2e fois', 'la deuxième fois'],
    ['le 21ème jour', 'le vingt et unième jour'],
    ['la 2nde', 'la seconde'],
    ['le XXIe siècle', 'le vingt et unième siècle'],
    ['Louis XIV et François I', 'Louis quatorze et François premier'],
    ['les 5es rencontres', 'les cinquièmes rencontres'],
  ],
  times: [
    ['à 15h30', 'à quinze heures trente'],
    ['à 15 h 30', 'à quinze heures trente'],
    ['9h', 'neuf heures'],
    ['1h05', 'une heure cinq'],
    ['21h21', 'vingt et une heures vingt et une'],
    ['14:45', 'quatorze heures quarante-cinq'],
    ['de 9h à 17h30.', 'de neuf heures à dix-sept heures trente.'],
    ['les 35h', 'les trente-cinq heures'],
  ],
  dates: [
    ['le 12/05/2024', 'le douze mai deux mille vingt-quatre'],
    ['le 01/01/2000', 'le premier janvier deux mille'],
    ['2024-12-25', 'vingt-cinq décembre deux mille vingt-quatre'],
    ['le 1er mai', 'le premier mai'],
    ['le 1 avril 1999', 'le premier avril mille neuf cent quatre-vingt-dix-neuf'],
    ['44 av. J.-C.', 'quarante-quatre avant Jésus-Christ'],
  ],
  money: [
    ['12,50 €', 'douze euros cinquante'],
    ['1 €', 'un euro'],
    ['1,50 €', 'un euro cinquante'],
    ['10 000 €', 'dix mille euros'],
    ['45 k€', 'quarante-cinq mille euros'],
    ['3 M€', "trois millions d'euros"],
    ['2 millions € ou 1 milliard $', "deux millions d'euros ou un milliard de dollars"],
    ['$20', 'vingt dollars'],
    ['21 £', 'vingt et une livres sterling'],
    ['12€50', 'douze euros cinquante'],
    ['100 EUR', 'cent euros'],
  ],
  'percentages and measures': [
    ['10 %', 'dix pour cent'],
    ['+2,5%', 'plus deux virgule cinq pour cent'],
    ['1 km, 21 km', 'un kilomètre, vingt et un kilomètres'],
    ['130 km/h', 'cent trente kilomètres heure'],
    ['20°C', 'vingt degrés'],
    ['-3 °C', 'moins trois degrés'],
    ['1 min 30 s', 'une minute trente secondes'],
    ['16 Go', 'seize gigaoctets'],
    ['35 m²', 'trente-cinq mètres carrés'],
    ['2,5 kg', 'deux virgule cinq kilos'],
  ],
  abbreviations: [
    ['M. Dupont et Mme Durand', 'Monsieur Dupont et Madame Durand'],
    ['le Dr Martin', 'le Docteur Martin'],
    ['des notes, des idées, etc.', 'des notes, des idées, et cétéra.'],
    ['p. ex. ceci', 'par exemple ceci'],
    ["c.-à-d. demain", "c'est-à-dire demain"],
    ['le n° 3', 'le numéro trois'],
    ['un rdv svp', "un rendez-vous s'il vous plaît"],
    ['lui & elle, et/ou eux', 'lui et elle, et ou eux'],
    ['prêt(e)s', 'prêts'],
    ['il/elle', 'il ou elle'],
  ],
  acronyms: [
    ['un CDI ou un CDD', 'un C D I ou un C D D'],
    ['la RH et le PDG', 'la R H et le P D G'],
    ["l'ONU, l'OTAN et la NASA", "l'ONU, l'OTAN et la NASA"],
    ['OUI, BRAVO !', 'OUI, BRAVO !'],
    ['mon CV', 'mon C V'],
    ['le S.M.I.C.', 'le S M I C'],
    ["l'IA", "l'I A"],
  ],
  addresses: [
    ['Écrivez à jean.dupont@exemple.fr !', 'Écrivez à jean point dupont arobase exemple point fr !'],
    ['https://www.exemple.fr/cours/oral?x=1', 'exemple point fr slash cours slash oral'],
    ['Voir exemple.com.', 'Voir exemple point com.'],
    ['06 12 34 56 78', 'zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit'],
    ['+33 6 12 34 56 78', 'plus trente-trois, six, douze, trente-quatre, cinquante-six, soixante-dix-huit'],
  ],
  markup: [
    ['# Bilan\n\n- **Clair**\n- _Posé_', 'Bilan. Clair. Posé'],
    ['Voyez [ce lien](https://exemple.fr/a) maintenant.', 'Voyez ce lien maintenant.'],
    ['<speak>Bonjour <break time="1s"/>à <emphasis>vous</emphasis></speak>', 'Bonjour à vous'],
    ['<p>Oui&nbsp;&amp; non</p>', 'Oui et non'],
    ['Du `code` et ```js\nx()\n``` fin', 'Du code et fin'],
    ['| a | b |\n|---|---|\n| c | d |', 'a, b, c, d,'],
    ['> Citation', 'Citation'],
  ],
  'emoji and marks': [
    ['Bravo 👏🏽 ! Très bien 👨‍👩‍👧', 'Bravo ! Très bien'],
    ['Super :-) merci ;)', 'Super merci'],
    ['Quoi ?!?! Non...', 'Quoi ? Non…'],
    ['« Oui », dit-il', '« Oui », dit-il'],
    ['a\u0000b\u0007\u200bc', 'abc'],
    ['Bonjour\u00a0!', 'Bonjour !'],
    ['Vive la France 🇫🇷 !', 'Vive la France !'],
  ],
  'the lexicon': [
    ['Votre Coach gère le STRESS', 'Votre côtche gère le strèsse'],
    ['deux coachs, des e-mails', 'deux côtche, des imèle'],
    ['le week-end', 'le ouikènde'],
    ['un team building', 'un tim bildigne'],
    ['la coachella', 'la coachella'],
  ],
};

describe.each(Object.entries(FRENCH))('normalise says %s', (_, cases) => {
  it.each(cases)('%s', (written, spoken) => {
    expect(normalise(written, 'fr')).toBe(spoken);
  });
});

describe('normalise refuses', () => {
  it.each(['', '   ', '😀🎉', '…', '***', '<break/>', '\u0000\u0001', '🇫🇷 ?!'])('what cannot be said: %j', (text) => {
    expect(() => normalise(text, 'fr')).toThrow(expect.objectContaining({ code: 'SPEECH_EMPTY' }));
  });

  it('more than it is made for', () => {
    expect(normalise('a'.repeat(MAX_SPEECH_CHARACTERS), 'fr')).toHaveLength(MAX_SPEECH_CHARACTERS);
    expect(() => normalise('a'.repeat(MAX_SPEECH_CHARACTERS + 1), 'fr')).toThrow(expect.objectContaining({ code: 'SPEECH_TOO_LONG' }));
    expect(() => normalise('😀'.repeat(25_000), 'fr')).toThrow(expect.objectContaining({ code: 'SPEECH_TOO_LONG' }));
  });
});

it('is quick on text made to be slow', () => {
  const nasty = ['(', '<', '*', '_', '1 ', '[', '`', '1.', 'a.', '- ', '|', '!', '\u200d', "'", '@'].map((piece) => piece.repeat(MAX_SPEECH_CHARACTERS / 2).slice(0, MAX_SPEECH_CHARACTERS - 1) + 'a');
  for (const text of nasty) expect(normalise(text, 'fr')).toMatch(/\p{L}/u);
});

it('says English numbers in English', () => {
  expect(normalise('You spoke 42 words at 10%', 'en')).toBe('You spoke forty-two words at ten percent');
});
