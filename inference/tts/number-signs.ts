const FRACTION_SLASH = '\u2044';
const SUPERSCRIPT = /[¹⁰⁴-⁹]/u;

/**
 * Signs that count, in ASCII digits, so that the rules of a language see one kind: "½" → "1/2", "①" → "1", "４" and "٤" → "4",
 * "10⁶" → "10^6". The marks of square and cube stay, as units have them; what counts without digits (Linear B) goes.
 */
export const plainDigits = (text: string): string =>
  text.replace(/(\d?)([\p{N}--[0-9²³]]+)/gv, (_, before: string, signs: string) => {
    if (SUPERSCRIPT.test(signs)) return before === '' ? '' : `${before}^${asDigits(signs)}`; // after a word it is a footnote's
    const digits = Array.from(signs, asDigits).join('');
    return `${before}${before !== '' && digits.includes('/') ? ' ' : ''}${digits}`;
  });

function asDigits(signs: string): string {
  return Array.from(signs.normalize('NFKC').replaceAll(FRACTION_SLASH, '/'), (sign) => {
    if (/[\p{N}--[0-9]]/v.test(sign)) return /\p{Nd}/u.test(sign) ? String(digitValue(sign)) : '';
    return sign;
  }).join('');
}

/** The ten digits of a script follow each other. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}
