import { afterAll, describe, expect, it } from 'vitest';
import { Phonemizer } from '../../../inference/tts/phonemes.ts';
import { brokenEspeak } from '../../support/broken-espeak.ts';

const phonemizer = new Phonemizer();
afterAll(() => phonemizer.close());

describe('Phonemizer', () => {
  it.each([
    ['Bonjour, je suis Marie.', 'bɔ̃ʒˈuʁ, ʒə syˌi maʁˈi.'],
    ['« Oui », dit-il… Vraiment ?', '« wˈi», dˈitˈil… vʁɛmˈɑ̃?'],
    ['Très bien !', 'tʁɛ bjˈɛ̃!'],
    ['...', '...'],
    ['', ''],
  ])('reads %j', async (text, phonemes) => {
    expect(await phonemizer.phonemes(text, 'fr')).toBe(phonemes);
  });

  it('drops the language flags, and ties what it read as English', async () => {
    const phonemes = await phonemizer.phonemes('le coach du meeting', 'fr');
    expect(phonemes).not.toMatch(/[()^-]/);
    expect(phonemes).toContain('ʧ');
  });

  it('keeps answers and questions together when many ask at once', async () => {
    const words = ['un', 'deux', 'trois', 'quatre', 'cinq', 'six'];
    const alone: string[] = [];
    for (const word of words) alone.push(await new Phonemizer().phonemes(word, 'fr'));
    expect(await Promise.all(words.map((word) => phonemizer.phonemes(word, 'fr')))).toEqual(alone);
    expect(await phonemizer.phonemes(words.join(', '), 'fr')).toBe(alone.join(', '));
  });

  it.each([
    ['Your coach is here.', 'jʊɹ kˈOʧ ɪz hˈɪɹ.'],
    ['Better water, a little bottle!', 'bˈɛTəɹ wˈɔTəɹ, ɐ lˈɪTᵊl bˈɑTᵊl!'],
    ['The button was written.', 'ðə bˈʌtᵊn wʌz ɹˈɪtᵊn.'],
    ['My name: choose a loud voice.', 'mI nˈAm: ʧˈuz ɐ lˈWd vˈYs.'],
    ['Whether or not', 'wˈɛðəɹ ɔɹ nˈɑt'],
    ['A nurse heard the girl.', 'ɐ nˈɜɹs hˈɜɹd ðə ɡˈɜɹl.'],
  ])('reads English %j in the letters of an American', async (text, phonemes) => {
    expect(await phonemizer.phonemes(text, 'en')).toBe(phonemes);
  });

  it('says so when espeak-ng is missing or fails', async () => {
    await expect(new Phonemizer('no-such-program').phonemes('oui', 'fr')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { engine: 'espeak-ng' } });
    const { program, remove } = brokenEspeak('exit');
    await expect(new Phonemizer(program).phonemes('oui', 'fr')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    remove();
  });
});
