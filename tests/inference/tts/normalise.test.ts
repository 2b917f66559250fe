import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCodedError } from '../../../core/errors.ts';
import { MAX_SPEECH_CHARACTERS } from '../../../protocol/speech.ts';
import { normalise } from '../../../inference/tts/normalise.ts';

const LANGUAGES = ['fr', 'en'] as const;
/** The most that is said for a character: «7£» is «sept livres sterling». */
const LONGEST_PER_CHARACTER = 16;

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

describe.each(LANGUAGES)('whatever is written, in %s', (language) => {
  const said = (text: string): string | undefined => {
    try {
      return normalise(text, language);
    } catch (error) {
      if (isCodedError(error) && error.code === 'SPEECH_EMPTY') return undefined;
      throw error;
    }
  };
  /** Text as people and models write it: words among digits, signs, units, markup and pictures. */
  const piece = fc.constantFrom(...'0123456789.,:;-–+/%°€$£¢#@&*_`|<>()[]{}!?\'"^~=²³½¾①٣４Ⅳ '.split(''), 'h', 'km', 'kg', 's', 'am', 'PM', 'er', 'e', 'th', 'st', 'XIV', 'CEO', 'mai', 'May ', 'M. ', 'etc.', 'https://', 'www.', '.com', '\n', '\n- ', '👏🏽', '\u0000', '\u200d', ' and ', ' le ', 'été');
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }), fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('').slice(0, MAX_SPEECH_CHARACTERS)));

  it('it is one line of words: no digit, no control character, no longer than it takes, or there is nothing to say', () => {
    fc.assert(
      fc.property(text, (written) => {
        const spoken = said(written);
        if (spoken === undefined) return;
        expect(spoken).not.toMatch(/[\p{N}\p{Cc}\p{Cs}\p{Co}]/u);
        expect(spoken).toMatch(/\p{L}/u);
        expect(spoken.length).toBeLessThanOrEqual(LONGEST_PER_CHARACTER * written.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what is said is not changed by being said again', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('Bonjour', 'hello', 'un', 'one', ',', ' ', '.', '?'), { maxLength: 30 }).map((words) => words.join('')), (written) => {
      const spoken = said(written);
      if (spoken !== undefined) expect(said(spoken)).toBe(spoken);
    }));
  });

  it('it is quick on text made to be slow', () => {
    const nasty = ['(', '<', '*', '_', '1 ', '[', '`', '1.', 'a.', '- ', '|', '!', '\u200d', "'", '@', '1-', '1:', '+1 ', 'A.', '½', 'a-'].map((piece) => piece.repeat(MAX_SPEECH_CHARACTERS / 2).slice(0, MAX_SPEECH_CHARACTERS - 1) + 'a');
    for (const written of nasty) expect(said(written)).toMatch(/\p{L}/u);
  });
});
