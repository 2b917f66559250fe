import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../core/errors.ts';
import { en } from '../../web/src/messages/en.ts';
import { fr } from '../../web/src/messages/fr.ts';
import { chooseMessages } from '../../web/src/messages/messages.ts';
import { words } from './all-words.ts';

describe('the page’s words', () => {
  it.each([
    ['the address says', { query: '?lang=en', remembered: 'fr', browser: ['fr-FR'] }, en],
    ['was chosen before', { query: '', remembered: 'en', browser: ['fr-FR'] }, en],
    ['the browser speaks', { query: '', remembered: undefined, browser: ['en-GB', 'fr'] }, en],
    ['the browser speaks that is here', { query: '?lang=tlh', remembered: undefined, browser: ['tlh', 'en'] }, en],
    ['none is wished for that is here', { query: '', remembered: undefined, browser: ['tlh'] }, fr],
  ])('are those that %s', (_whose, wishes, expected) => {
    expect(chooseMessages(wishes)).toBe(expected);
  });

  it.each([['fr', fr], ['en', en]] as const)('leave nothing empty (%s)', (_language, messages) => {
    expect(words(messages).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('have a no-break space before French double signs', () => {
    expect(words(fr).filter(([, text]) => / [:;?!](\s|$)/.test(text))).toEqual([]);
  });

  it('know only errors that there are', () => {
    expect(Object.keys(fr.failure.known).filter((code) => !(code in ERRORS))).toEqual([]);
  });
});
