/** What is found in a text, and what is said for it. `say` gets the match and its groups; a group without a match is ''. */
export type Rule = readonly [RegExp, (...found: string[]) => string];

/** Each rule over the whole text, in order: earlier ones see more of what was written. */
export function applyRules(text: string, rules: readonly Rule[]): string {
  return rules.reduce((result, [pattern, say]) => result.replace(pattern, (...found: unknown[]) => say(...found.map((part) => (typeof part === 'string' ? part : '')))), text);
}

/** Words as they are written between two things that are no letters, the longest first. */
export const anyOf = (words: readonly string[]): string => words.toSorted((a, b) => b.length - a.length).map((word) => RegExp.escape(word)).join('|');
