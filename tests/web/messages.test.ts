import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../core/errors.ts';
import { en } from '../../web/src/messages/en.ts';
import { fr } from '../../web/src/messages/fr.ts';
import { chooseMessages } from '../../web/src/messages/messages.ts';

/** All strings of a tree of messages, with where they stand. */
function words(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = `${path}/${key}`;
    if (typeof value === 'string') return [[here, value]];
    return typeof value === 'object' && value !== null ? words(value, here) : [];
  });
}

describe('the page’s words', () => {
  it('are French unless English is asked for', () => {
    expect(chooseMessages('')).toBe(fr);
    expect(chooseMessages('?lang=en')).toBe(en);
    expect(chooseMessages('?lang=tlh')).toBe(fr);
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
