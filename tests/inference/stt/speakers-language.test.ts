import { expect, it } from 'vitest';
import { SpeakersLanguage } from '../../../inference/stt/speakers-language.ts';

it('is the one asked for, whatever is heard', () => {
  const speaker = new SpeakersLanguage('fr');
  speaker.take({ language: 'en', probability: 0.99 });
  expect([speaker.asked, speaker.heard]).toEqual(['fr', undefined]);
});

it('is listened for until there is little doubt, then kept', () => {
  const speaker = new SpeakersLanguage('auto');
  speaker.take(undefined);
  expect([speaker.asked, speaker.heard]).toEqual(['auto', undefined]);
  speaker.take({ language: 'it', probability: 0.5 });
  speaker.take({ language: 'es', probability: 0.3 });
  expect([speaker.asked, speaker.heard?.language]).toEqual(['auto', 'it']);
  speaker.take({ language: 'fr', probability: 0.9 });
  speaker.take({ language: 'en', probability: 1 });
  expect([speaker.asked, speaker.heard]).toEqual(['fr', { language: 'fr', probability: 0.9 }]);
});

it('is taken at its word from who tells no probability', () => {
  const speaker = new SpeakersLanguage('auto');
  speaker.take({ language: 'de' });
  expect([speaker.asked, speaker.heard]).toEqual(['de', { language: 'de' }]);
});
