import { expect, it } from 'vitest';
import { isPhantom } from '../../../inference/stt/phantom-phrases.ts';

it.each([
  "Sous-titres réalisés par la communauté d'Amara.org",
  'Sous-titres réalisés para la communauté d’Amara.org.',
  "Sous-titrage ST' 501",
  'Sous-titrage Société Radio-Canada',
  "Merci d'avoir regardé cette vidéo !",
  'Abonnez-vous !',
  'Thank you for watching.',
  'Thanks for watching!',
  'Please subscribe to my channel.',
  'Transcription by CastingWords',
  'Sous-titrage MFP.',
  'Sous-titrage FR 2021',
  '© BF-WATCH TV 2021',
  'www.mooji.org',
])('knows "%s"', (text) => expect(isPhantom(text)).toBe(true));

it.each([
  'Merci.',
  "Merci d'avoir regardé mon dossier avec autant d'attention.",
  'Les sous-titres aident à comprendre un film.',
  'Je suis abonné à cette chaîne.',
  'Thank you.',
  'I subscribe to that view.',
  'Thank you for watching over my children.',
  'Le sous-titrage coûte cher.',
  '',
])('lets "%s" pass', (text) => expect(isPhantom(text)).toBe(false));
