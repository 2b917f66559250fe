/** What `{…}` in something the coach says stands for, filled while the exercise runs. */
export const FIELDS = {
  topic: 'something the learner named, said back: “votre équipe”',
  of_topic: 'the same after “de”: “de votre équipe”, “du projet”',
  to_topic: 'the same after “à”: “à votre équipe”, “au projet”',
  earlier: 'something of their own the learner named in an earlier turn',
  of_earlier: 'the same after “de”',
  to_earlier: 'the same after “à”',
  figure: 'a figure of the learner’s: “12 %”',
  name: 'the first name the learner gave',
  offer: 'the negotiator’s current position',
} as const;
export type Field = keyof typeof FIELDS;

/** The names in braces of a text, known or not. */
export const fieldsIn = (text: string): string[] => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);

/** Fills the text; undefined when a field of it has no value now. The text's first letter is a capital afterwards. */
export function fill(text: string, values: Partial<Readonly<Record<Field, string>>>): string | undefined {
  const fields = fieldsIn(text);
  const table: Partial<Record<string, string>> = values;
  if (fields.some((name) => table[name] === undefined)) return undefined;
  const filled = text.replace(/\{([^{}]*)\}/g, (_, name: string) => table[name] ?? '');
  return fields.length === 0 ? filled : filled.replace(/(^|[.!?] )(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
