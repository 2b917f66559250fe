import { isSpelledInEnglish } from './acronyms-en.ts';
import { cardinal, CURRENCY_SIGNS, date, decade, digitByDigit, fraction, measure, money, MONTH, numericDate, ordinal, time, UNITS, year } from './english-numbers.ts';
import { anyOf, applyRules, type Rule } from './normalise-rules.ts';
import { romanValue } from './roman-numerals.ts';

/** Everything in an English text that is not written as it is spoken, written as it is spoken (as in America). */
export const englishWords = (text: string): string => applyRules(text, RULES);

/** Digits in groups of three or in one piece, with decimals after a point. */
const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;
const BEFORE = String.raw`(?<![\p{L}\p{N}.,/-])`;
const AFTER = String.raw`(?![\p{L}\p{N}])`;
const YEAR = String.raw`1[1-9]\d\d|20\d\d`;
const UNIT = anyOf(Object.keys(UNITS));
const CURRENCY = anyOf(CURRENCY_SIGNS);
const SCALE = 'k|K|m|M|mn|bn?|B|[Mm]illion|[Bb]illion|[Tt]rillion|tn';
const DASH = String.raw`\s?[-–—]\s?`;
/** Names that a roman numeral follows as a rank, and words that one follows as a number. */
const MONARCHS = 'Louis|Henry|Charles|Elizabeth|George|James|Edward|William|Richard|Napoleon|Pope John Paul|John Paul|Benedict|Francis|Philip|Peter|Catherine';
const DIVISIONS = '[Cc]hapter|[Vv]olume|[Pp]art|[Aa]ct|[Ss]cene|[Aa]ppendix|[Ss]ection|[Pp]hase|[Ll]evel|War|Bowl|Rocky|Type|Class|Title|Article';

const signed = (sign: string): string => (sign === '-' ? 'minus ' : sign === '+' ? 'plus ' : '');
const abbreviation = (written: string, flags = 'gu'): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${written}`, flags);

const RULES: readonly Rule[] = [
  // Addresses, before their points and slashes mean anything else.
  [/\bmailto:/giu, () => ''],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, (address) => spellAddress(address)],
  [/\b(?:https?:\/\/|www\.)[^\s<>()"']*[^\s<>()"'.,;:!?]/giu, (address) => spellAddress(address.replace(/^https?:\/\//iu, '').replace(/^www\./iu, '').replace(/[?#].*$/u, '').replace(/\/$/u, ''))],
  [/(?<![\p{L}\p{N}.@])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|org|net|edu|gov|io|dev|info|co\.uk|uk|us|ca|eu|fr)(?:\/[\p{L}\p{N}/_-]*)?(?![\p{L}\p{N}])/gu, (address) => spellAddress(address)],

  // Abbreviations.
  [abbreviation(String.raw`Mr\b\.?`), () => 'Mister'],
  [abbreviation(String.raw`Mrs\b\.?`), () => 'Missus'],
  [abbreviation(String.raw`Ms\b\.?(?=\s\p{Lu})`), () => 'Miz'],
  [abbreviation(String.raw`Dr\b\.?(?=\s\p{Lu})`), () => 'Doctor'],
  [abbreviation(String.raw`Prof\b\.?(?=\s\p{Lu})`), () => 'Professor'],
  [abbreviation(String.raw`St\.?(?=\s\p{Lu})`), () => 'Saint'],
  [/(?<=\p{Lu}\p{Ll}+ )St\b\.?/gu, () => 'Street'],
  [/(?<=\p{Lu}\p{Ll}+ )(Ave|Blvd|Rd)\b\.?/gu, (_, kind) => ({ Ave: 'Avenue', Blvd: 'Boulevard', Rd: 'Road' })[kind] ?? kind],
  [/(?<=\p{Ll},? )(Jr|Sr)\b\.?/gu, (_, rank) => (rank === 'Jr' ? 'Junior' : 'Senior')],
  [/(?<=\p{L},? )(Inc|Ltd|Corp)\b\.?/gu, (_, form) => ({ Inc: 'Incorporated', Ltd: 'Limited', Corp: 'Corporation' })[form] ?? form],
  [abbreviation(String.raw`etc(?:\.+|\b)(?=\s+\p{Lu}|\s*$)`, 'giu'), () => 'et cetera.'],
  [abbreviation(String.raw`etc(?:\.+|\b)`, 'giu'), () => 'et cetera'],
  [abbreviation(String.raw`e\.\s?g\.,?`, 'giu'), () => 'for example,'],
  [abbreviation(String.raw`i\.\s?e\.,?`, 'giu'), () => 'that is,'],
  [abbreviation(String.raw`vs\b\.?`, 'giu'), () => 'versus'],
  [abbreviation(String.raw`approx\.`, 'giu'), () => 'approximately'],
  [abbreviation(String.raw`(?:nos?\.\s?|№\s?)(?=\d)`, 'giu'), () => 'number '],
  [/#(?=\d)/gu, () => 'number '],
  [abbreviation(String.raw`(min|max)\.(?!\p{L})`, 'giu'), (_, bound) => `${bound}imum`],
  [abbreviation(String.raw`dept\b\.?`, 'giu'), () => 'department'],
  [abbreviation(String.raw`tel\.`, 'giu'), () => 'telephone'],
  [abbreviation(String.raw`ext\.(?=\s?\d)`, 'giu'), () => 'extension'],
  [abbreviation(String.raw`w\/o\b`, 'giu'), () => 'without'],
  [abbreviation(String.raw`w\/(?=\s)`, 'giu'), () => 'with'],
  [/\s&\s/gu, () => ' and '],
  [/(?<=\p{L})\s?&\s?(?=\p{L})/gu, () => ' and '],
  [/\band\/or\b/giu, () => 'and or'],
  [/(?<=\p{Ll})\((?:s|es)\)/gu, () => 's'],

  // Dates, then times: 9:30 am, 9 a.m., 14:30, 1h30.
  [new RegExp(`(?<![\\p{L}\\p{N}/.-])(\\d{1,2})[/.](\\d{1,2})[/.](\\d{4})(?![\\p{L}\\p{N}/-])`, 'gu'), (_, first, second, inYear) => numericDate(first, second, inYear)],
  [new RegExp(`(?<![\\p{L}\\p{N}/.-])(\\d{4})-(\\d{2})-(\\d{2})(?![\\p{L}\\p{N}/-])`, 'gu'), (_, inYear, month, day) => (Number(month) > 12 ? [inYear, month, day].map(cardinal).join(' ') : numericDate(String(Number(month)), day, inYear))],
  [new RegExp(`${BEFORE}(${MONTH}) (\\d{1,2})(?:st|nd|rd|th)?(?:,? (${YEAR}))?${AFTER}`, 'gu'), (_, month, day, inYear) => date(month, day, inYear)],
  [new RegExp(`${BEFORE}(?:([Tt]he) )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${MONTH})(?:,? (${YEAR}))?${AFTER}`, 'gu'), (_, the, day, month, inYear) => `${the === '' ? 'the' : the} ${ordinal(day)} of ${date(month, '1', inYear).replace(' first', '')}`],
  [new RegExp(`${BEFORE}(${MONTH}) (${YEAR})${AFTER}`, 'gu'), (_, month, inYear) => date(month, '1', inYear).replace(' first,', '')],
  [/(?<=\d:[0-5]\d|\d\s?[ap]\.?m\b\.?)\s?[-–—]\s?(?=\d)|(?<=(?<![\p{L}\p{N}:.])\d{1,2})\s?[-–—]\s?(?=\d{1,2}(?::[0-5]\d)?\s?[ap]\.?m\b)/giu, () => ' to '],
  [/(?<![\p{L}\p{N}:.])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s?([ap])\.?m\b\.?/giu, (_, hours, minutes, half) => time(hours, minutes, half.toLowerCase())],
  [/(?<![\p{L}\p{N}:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\p{N}:])/gu, (_, hours, minutes, seconds) => [measure(hours, 'h'), measure(String(Number(minutes)), 'min'), measure(String(Number(seconds)), 's')].join(' ')],
  [/(?<![\p{L}\p{N}:])([01]?\d|2[0-3]):([0-5]\d)(?![\p{N}:])/gu, (_, hours, minutes) => time(hours, minutes, '')],
  [/(?<![\p{L}\p{N}])(\d{1,2})\s?h\s?([0-5]\d)(?![\p{L}\p{N}])/gu, (_, hours, minutes) => `${measure(hours, 'h')} ${measure(String(Number(minutes)), 'min')}`],
  [/(?<=\p{N}\s?)BC(?:E)?\b/gu, () => ' B-C'],

  // Telephone numbers, group by group.
  [/(?<![\p{L}\p{N}])\+?\d{0,3}[ .-]?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)/gu, (phone) => phoneGroups(phone)],
  [/(?<![\p{L}\p{N}])\d{3}-\d{4}(?![\p{N}-])/gu, (phone) => phoneGroups(phone)],
  [/(?<![\p{L}\p{N}])\+\d{1,3}(?:[ .-]?\d{1,4}){2,6}(?!\d)/gu, (phone) => phoneGroups(phone)],

  // Decades, before "s" means seconds.
  [/(?<![\p{L}\p{N}])(\d{3}0)'?s(?![\p{L}\p{N}])/gu, (_, years) => decade(years)],
  [/(?:'|(?<=\b(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Yy]our|[Oo]ur|[Tt]he|early|late|mid)[ -]))([2-9]0)'?s(?![\p{L}\p{N}])/gu, (_, years) => decade(years)],

  // Money, percentages, measures.
  [new RegExp(`(?<![\\p{N}]\\s?)(-?)(?:US|CA|AU)?(${CURRENCY})\\s?(${NUMBER})(?:\\s?(${SCALE}))?${AFTER}`, 'gu'), (_, sign, currency, amount, scale) => signed(sign) + money(amount, currency, scale)],
  [new RegExp(`${BEFORE}(-?)(${NUMBER})\\s?(${SCALE})?\\s?(${CURRENCY})${AFTER}`, 'gu'), (_, sign, amount, scale, currency) => signed(sign) + money(amount, currency, scale)],
  [new RegExp(`${BEFORE}(${NUMBER})\\s?¢`, 'gu'), (_, amount) => measure(amount, '¢', { '¢': ['cent', 'cents'] })],
  [new RegExp(`${BEFORE}(\\d+)${DASH}(\\d+)\\s?%`, 'gu'), (_, from, to) => `${cardinal(from)} to ${cardinal(to)} percent`],
  [new RegExp(`${BEFORE}([-+]?)(${NUMBER})\\s?%`, 'gu'), (_, sign, number) => `${signed(sign)}${cardinal(number)} percent`],
  [new RegExp(`${BEFORE}(${NUMBER})\\s?‰`, 'gu'), (_, number) => `${cardinal(number)} per thousand`],
  [new RegExp(`${BEFORE}(\\d+)'(\\d+)"`, 'gu'), (_, feet, inches) => `${measure(feet, 'ft')} ${cardinal(inches)}`],
  [new RegExp(`${BEFORE}(\\d+)${DASH}(\\d+)\\s?(${UNIT})${AFTER}`, 'gu'), (_, from, to, unit) => `${cardinal(from)} to ${measure(to, unit)}`],
  [new RegExp(`${BEFORE}([-+]?)(${NUMBER})\\s?(${UNIT})${AFTER}`, 'gu'), (_, sign, number, unit) => signed(sign) + measure(number, unit)],
  [new RegExp(`${BEFORE}(${NUMBER})(k|K|M|bn|B)${AFTER}`, 'gu'), (_, number, scale) => `${cardinal(number)} ${{ k: 'thousand', K: 'thousand', M: 'million' }[scale] ?? 'billion'}`],

  // Ordinals, arabic and roman.
  [/(?<![\p{L}\p{N}])(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)(?![\p{L}\p{N}])/giu, (_, number) => ordinal(number)],
  [/(?<![\p{L}\p{N}])([IVX]+)(?:st|nd|rd|th)?(?=\scentury)/gu, (_, numeral) => ordinal(String(romanValue(numeral)))],
  [new RegExp(`(?<=(?:${MONARCHS}) )([IVX]+)${AFTER}`, 'gu'), (_, numeral) => `the ${ordinal(String(romanValue(numeral)))}`],
  [new RegExp(`(?<=(?:${DIVISIONS}) )([IVX]+)${AFTER}`, 'gu'), (_, numeral) => cardinal(String(romanValue(numeral)))],

  // Numbers that belong together.
  [new RegExp(`${BEFORE}(${YEAR})${DASH}(${YEAR})(?![\\p{L}\\p{N}-])`, 'gu'), (_, from, to) => `${year(from)} to ${year(to)}`],
  [new RegExp(`(?<=\\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Bb]efore|[Aa]fter|[Dd]uring|[Yy]ear|[Ss]ummer|[Ww]inter|[Ss]pring|[Aa]utumn|[Ff]all|[Oo]f) )(${YEAR})(?![\\p{L}\\p{N}]|[.,]\\d|\\s(?:\\p{Ll}+s|people|of)\\b)`, 'gu'), (_, written) => year(written)],
  [/(?<=\p{L})-(?=\d)/gu, () => ' '],
  [/(?<![\p{L}\p{N}/])24\/7(?![\p{N}/])/gu, () => 'twenty-four seven'],
  [/(?<![\p{L}\p{N}/])1\/2(?:\s(?:an\s)?|-)hour/gu, () => 'half an hour'],
  [/(?<![\p{L}\p{N}/])(\d+) (1)\/(2)(?![\p{N}/])/gu, (_, count) => `${cardinal(count)} and a half`],
  [/(?<![\p{L}\p{N}/])(\d+) ([1-7])\/([3458])(?![\p{N}/])/gu, (_, count, part, whole) => `${cardinal(count)} and ${fraction(part, whole)}`],
  [/(?<![\p{L}\p{N}/])(\d+(?:\.\d+)?)\/(\d+)(?![\p{N}/])/gu, (_, part, whole) => fraction(part, whole)],
  [/(?<![\p{L}\p{N}-])(\d+(?:\.\d+)?)\s?[-–—]\s?(\d+(?:\.\d+)?)(?![\p{L}\p{N}-])/gu, (_, from, to) => `${cardinal(from)} to ${cardinal(to)}`],
  [/(?<=\d)\s?[x×]\s?(?=\d)/gu, () => ' times '],
  [/(?<=\d)\s?=\s?(?=\d)/gu, () => ' equals '],
  [/(?<=\d)\s?\+\s?(?=\d)/gu, () => ' plus '],
  [/(?<=\d)\s?÷\s?(?=\d)/gu, () => ' divided by '],
  [/(?<=\d)\+/gu, () => ' plus '],
  [/(?<=\d)\^(?=\d)/gu, () => ' to the power of '],
  [/²/gu, () => ' squared'],
  [/³/gu, () => ' cubed'],

  // What is left of numbers.
  [/(?<![\p{L}\p{N}.,])\d+(?:\.\d+){2,}(?![\p{N}])/gu, (version) => version.split('.').map(cardinal).join(' point ')],
  [new RegExp(`(?<![\\p{L}\\p{N}.,])([-+]?)(${NUMBER})(?![\\p{N}])`, 'gu'), (_, sign, number) => signed(sign) + cardinal(number)],
  [/\d+/gu, (digits) => ` ${cardinal(digits)} `],

  // Letters and signs.
  [/(?<=\s|^)\+(?=\s)/gu, () => 'plus'],
  [/(?<=\s|^)=(?=\s)/gu, () => 'equals'],
  [/(?<![\p{L}\p{N}'-])(\p{Lu}\.){2,}/gu, (initials) => spelled(initials.replaceAll('.', ''))],
  [/(?<![\p{L}\p{N}-])(\p{Lu}{2,5})(s?)(?![\p{L}\p{N}])/gu, (word, capitals, plural) => (isSpelledInEnglish(capitals) ? `${spelled(capitals)}${plural === '' ? '' : "'s"}` : word)],
  [/(?<=\p{L})\/(?=\p{L})/gu, () => ' or '],
  [/\//gu, () => ' '],
  [/\s+(?=[!?;:])/gu, () => ''],
];

/** Letters in one word, so that they are not taken for words: by themselves "A" is the article, and "I" is not stressed. */
const spelled = (capitals: string): string => Array.from(capitals, (letter) => ({ A: 'eh', I: 'eye' })[letter] ?? letter).join('-');

/** "+1 (555) 123-4567" → "plus one, five five five, one two three, four five six seven" */
const phoneGroups = (phone: string): string => (phone.trimStart().startsWith('+') ? 'plus ' : '') + (phone.match(/\d+/gu) ?? []).map(digitByDigit).join(', ');

const ADDRESS_SIGNS: Readonly<Record<string, string>> = { '.': ' dot ', '@': ' at ', '-': ' dash ', _: ' underscore ', '/': ' slash ', '+': ' plus ', '%': ' ', ':': ' ', '=': ' equals ', '&': ' and ' };
const spellAddress = (address: string): string => address.replace(/[.@\-_/+%:=&]/gu, (sign) => ADDRESS_SIGNS[sign] ?? ' ').replace(/\s+/gu, ' ').trim();
