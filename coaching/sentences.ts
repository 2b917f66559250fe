/** What ends with a full stop that ends no sentence: titles, abbreviations, initials. */
const ABBREVIATION = /(?:^|[\s('«])(?:M|MM|Mme|Mlle|Mgr|Me|Dr|Pr|St|Ste|Mr|Mrs|Ms|Jr|Sr|vs|cf|Cf|ex|p|tél|av|bd|\p{Lu})\.\s*$/u;
/** Dots in a row, or a quotation, after which a sentence may go on. */
const OPEN_END = /(?:\.{2,}|…|[»”"])\s*$/u;
const CLOSING_MARK = /^[»”)\]]/u;
const SAYABLE = /[\p{L}\p{N}]/u;

/** The sentences of a text, in order, without white space around them. Joined with spaces they are the text again. */
export function splitSentences(text: string, language: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter(language).segment(text)) {
    // Only here, with what follows at hand, can be told whether the last one was over.
    if (open !== '' && !goesOn(open, segment)) {
      sentences.push(open);
      open = '';
    }
    open += segment;
  }
  return [...sentences, open].map((sentence) => sentence.replace(/\s+/gu, ' ').trim()).filter((sentence) => sentence !== '');
}

function goesOn(before: string, after: string): boolean {
  if (!SAYABLE.test(after) || CLOSING_MARK.test(after) || ABBREVIATION.test(before)) return true;
  return OPEN_END.test(before) && /^\p{Ll}/u.test(after);
}

const segmenter = (language: string): Intl.Segmenter => new Intl.Segmenter(language === 'en' ? 'en' : 'fr', { granularity: 'sentence' });
