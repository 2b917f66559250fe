/** Beyond this a first clause is cut at a comma, so that sound begins at once. */
const LONG_FIRST = 50;
/** A first clause shorter than this would leave a hole before the second. */
const SHORTEST_FIRST = 8;
/** What a voice says well in one breath, in characters. */
const LONGEST = 160;

/** An end of a sentence, with closing quotes or brackets, before a space or the end. */
const SENTENCE_END = /[.!?…]+[\s\u00a0\u202f]*[»”")\]]*(?=\s|$)|[。！？]|\n+/gu;
/** A weaker boundary: comma, semicolon, colon, closing bracket, dash between spaces. */
const CLAUSE_END = /[,;:)»](?=\s)|\s[—–-](?=\s)/gu;
/** What ends with a full stop that ends no sentence. */
const ABBREVIATION = /(?:^|[\s('«])(?:M|MM|Mme|Mlle|Mgr|Me|Dr|Pr|St|Ste|[Aa]v|[Bb]d|[Bb]oul|[Cc]f|[Cc]h|[Ee]nv|[Ee]x|[Ff]ig|[Mm]ax|[Mm]in|[Nn]o|[Pp]|[Pp]p|[Tt]él|[Vv]ol|Mr|Mrs|Ms|Jr|Sr|vs|i\.e|e\.g|p\.\s?ex|\p{Lu})\.$/u;

/**
 * Divides a reply into the units in which it is synthesised, played and interrupted: whole sentences, long ones cut at
 * their commas, and a short first one. Never inside a number, an abbreviation or a word. Joined with spaces the
 * clauses are the text again, white space aside.
 */
export function splitClauses(text: string): string[] {
  const sentences = cut(text, SENTENCE_END, endsSentence);
  const [first, ...rest] = sentences;
  if (first === undefined) return [];
  return [...beginShort(first), ...rest].flatMap((sentence) => breathe(sentence));
}

const SAYABLE = /[\p{L}\p{N}]/u;

/** Cuts after each match of `boundary` that `holds` for what stands before and after it. */
function cut(text: string, boundary: RegExp, holds: (before: string, after: string) => boolean): string[] {
  const parts: string[] = [];
  // Marks that only close what was said («… ».) go with it: a part of their own would have no sound.
  const add = (part: string): void => {
    const before = SAYABLE.test(part) ? undefined : parts.pop();
    parts.push(`${before ?? ''}${part}`);
  };
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(boundary)) {
    const end = index + mark.length;
    const part = text.slice(start, end);
    if (SAYABLE.test(part) && !holds(part, text.slice(end))) continue;
    add(part);
    start = end;
  }
  add(text.slice(start));
  return parts.map((part) => part.replace(/\s+/gu, ' ').trim()).filter((part) => part !== '');
}

function endsSentence(before: string, after: string): boolean {
  if (before.endsWith('\n') || after.startsWith('\n')) return true;
  if (ABBREVIATION.test(before)) return false;
  // A list number («1. Respirez») ends nothing; dots in a row («Euh... je crois») or a quotation («Bien !» dit-il) may go on.
  if (/^\s*\d{1,2}\.$/u.test(before)) return false;
  if (/(?:\.{2,}|…|[»”"])$/u.test(before)) return !/^\s+\p{Ll}/u.test(after);
  // «etc.» ends a sentence only where a new one begins.
  return !/\betc\.$/u.test(before) || /^\s+\p{Lu}/u.test(after);
}

const betweenDigits = (before: string, after: string): boolean => /\d\s?[,:]$/u.test(before) && /^\s\d/u.test(after);
const endsClause = (before: string, after: string): boolean => !betweenDigits(before, after) && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after);

function beginShort(sentence: string): string[] {
  if (sentence.length <= LONG_FIRST) return [sentence];
  const [first, ...rest] = cut(sentence, CLAUSE_END, (before, after) => before.length >= SHORTEST_FIRST && endsClause(before, after));
  return first === undefined || rest.length === 0 ? [sentence] : [first, rest.join(' ')];
}

/** Cuts what is too long for one breath: at commas, where there are none between words. */
function breathe(sentence: string): string[] {
  if (sentence.length <= LONGEST) return [sentence];
  return join(cut(sentence, CLAUSE_END, endsClause).flatMap((clause) => (clause.length <= LONGEST ? [clause] : join(clause.split(' ')))));
}

/** Joins neighbours as long as they stay within one breath. */
function join(pieces: readonly string[]): string[] {
  const joined: string[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= LONGEST) joined[joined.length - 1] = `${last} ${piece}`;
    else joined.push(piece);
  }
  return joined;
}
