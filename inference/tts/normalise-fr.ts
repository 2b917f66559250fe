import { toCardinal, toOrdinal } from 'n2words/fr-FR';
import { isSpelled } from './acronyms-fr.ts';
import { anyOf, applyRules, type Rule } from './normalise-rules.ts';
import { romanValue } from './roman-numerals.ts';

/** Everything in a French text that is not written as it is spoken, written as it is spoken. */
export const frenchWords = (text: string): string => applyRules(text, RULES);

const MONTHS = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'];
const MONTH = `(?:${MONTHS.join('|')})`;
const DASH = String.raw`\s?[-–—]\s?`;
/** Digits in groups of three or in one piece, with decimals after a comma or a point. */
const NUMBER = String.raw`\d{1,3}(?:[ .]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?`;
const BEFORE = String.raw`(?<![\p{L}\p{N}.,/-])`;
const AFTER = String.raw`(?![\p{L}\p{N}])`;

/** What follows a number: written form → one, several, and whether it is feminine. */
const UNITS: Readonly<Record<string, readonly [string, string, 'f'?]>> = {
  'km/h': ['kilomètre heure', 'kilomètres heure'], 'm/s': ['mètre par seconde', 'mètres par seconde'],
  km: ['kilomètre', 'kilomètres'], m: ['mètre', 'mètres'], cm: ['centimètre', 'centimètres'], mm: ['millimètre', 'millimètres'],
  'm²': ['mètre carré', 'mètres carrés'], 'km²': ['kilomètre carré', 'kilomètres carrés'], m2: ['mètre carré', 'mètres carrés'], 'm³': ['mètre cube', 'mètres cubes'],
  kg: ['kilo', 'kilos'], g: ['gramme', 'grammes'], mg: ['milligramme', 'milligrammes'], t: ['tonne', 'tonnes', 'f'],
  l: ['litre', 'litres'], L: ['litre', 'litres'], cl: ['centilitre', 'centilitres'], ml: ['millilitre', 'millilitres'],
  min: ['minute', 'minutes', 'f'], mn: ['minute', 'minutes', 'f'], s: ['seconde', 'secondes', 'f'], sec: ['seconde', 'secondes', 'f'], ms: ['milliseconde', 'millisecondes', 'f'],
  Hz: ['hertz', 'hertz'], kHz: ['kilohertz', 'kilohertz'], MHz: ['mégahertz', 'mégahertz'], dB: ['décibel', 'décibels'], W: ['watt', 'watts'], kW: ['kilowatt', 'kilowatts'], kWh: ['kilowattheure', 'kilowattheures'],
  Ko: ['kilo-octet', 'kilo-octets'], Mo: ['mégaoctet', 'mégaoctets'], Go: ['gigaoctet', 'gigaoctets'], To: ['téraoctet', 'téraoctets'],
  '°C': ['degré', 'degrés'], '°': ['degré', 'degrés'], px: ['pixel', 'pixels'], pts: ['points', 'points'], ans: ['an', 'ans'],
};
const UNIT = anyOf(Object.keys(UNITS));
const PARTS: Readonly<Record<string, string>> = { p: 'page', art: 'article', chap: 'chapitre', vol: 'volume', fig: 'figure' };
/** Common nouns that make «un» before them «une». */
const FEMININE = 'heures?|minutes?|secondes?|semaines?|années?|journées?|nuits?|fois|personnes?|pages?|questions?|réponses?|phrases?|idées?|étapes?|séances?|parties?|équipes?|femmes?|filles?|tonnes?|livres sterling|places?|chances?|choses?|erreurs?|pauses?|qualités?|voix|leçons?|réunions?|diapositives?';
const CURRENCIES: Readonly<Record<string, readonly [string, string, 'f'?]>> = {
  '€': ['euro', 'euros'], EUR: ['euro', 'euros'], $: ['dollar', 'dollars'], USD: ['dollar', 'dollars'], '£': ['livre sterling', 'livres sterling', 'f'], GBP: ['livre sterling', 'livres sterling', 'f'], CHF: ['franc suisse', 'francs suisses'], '¥': ['yen', 'yens'],
};
/** What «0,50 €» is said in, where it is not «centimes». */
const CENTS: Readonly<Record<string, string>> = { $: 'cent', USD: 'cent' };
const CURRENCY = anyOf(Object.keys(CURRENCIES));

const RULES: readonly Rule[] = [
  // Addresses, before their points and slashes mean anything else.
  [/\bmailto:/giu, () => ''],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, (address) => spellAddress(address)],
  [/\b(?:https?:\/\/|www\.)[^\s<>()«»"']*[^\s<>()«»"'.,;:!?]/giu, (address) => spellAddress(address.replace(/^https?:\/\//iu, '').replace(/^www\./iu, '').replace(/[?#].*$/u, '').replace(/\/$/u, ''))],
  [/(?<![\p{L}\p{N}.@])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:fr|com|org|net|eu|be|ch|ca|io|dev|info)(?:\/[\p{L}\p{N}/_-]*)?(?![\p{L}\p{N}])/gu, (address) => spellAddress(address)],

  // Abbreviations.
  [/(?<!\p{L})M\.\s(?=\p{Lu})/gu, () => 'Monsieur '],
  [/(?<!\p{L})MM\.\s(?=\p{Lu})/gu, () => 'Messieurs '],
  [/(?<!\p{L})Mmes\b\.?/gu, () => 'Mesdames'],
  [/(?<!\p{L})Mme\b\.?/gu, () => 'Madame'],
  [/(?<!\p{L})Mlle\b\.?/gu, () => 'Mademoiselle'],
  [/(?<!\p{L})Dr\b\.?(?=\s\p{Lu})/gu, () => 'Docteur'],
  [/(?<!\p{L})Pr\b\.?(?=\s\p{Lu})/gu, () => 'Professeur'],
  [/(?<!\p{L})St(?=[ -]\p{Lu})/gu, () => 'Saint'],
  [/(?<!\p{L})Ste(?=[ -]\p{Lu})/gu, () => 'Sainte'],
  [/(?<!\p{L})c\.-à-d\./giu, () => "c'est-à-dire"],
  [/(?<!\p{L})p\.\s?ex\./giu, () => 'par exemple'],
  [/(?<!\p{L})av\.\sJ\.-C\./giu, () => 'avant Jésus-Christ'],
  [/(?<!\p{L})apr\.\sJ\.-C\./giu, () => 'après Jésus-Christ'],
  [/(?<!\p{L})etc(?:\.+|\b)(?=\s+\p{Lu}|\s*$)/giu, () => 'et cétéra.'],
  [/(?<!\p{L})etc(?:\.+|\b)/giu, () => 'et cétéra'],
  [/(?<!\p{L})cf\b\.?/giu, () => 'voir'],
  [/(?<!\p{L})n[°º]\s?(?=\d)/giu, () => 'numéro '],
  [/#(?=\d)/gu, () => 'numéro '],
  [/(?<!\p{L})s\.?v\.?p\b\.?/giu, () => "s'il vous plaît"],
  [/(?<!\p{L})rdv\b/giu, () => 'rendez-vous'],
  [/(?<!\p{L})tél\./giu, () => 'téléphone'],
  [/(?<!\p{L})env\.\s(?=\d)/giu, () => 'environ '],
  [/(?<!\p{L})max\.(?!\p{L})/giu, () => 'maximum'],
  [/(?<!\p{L})bd\.?\s(?=\p{Lu})/gu, () => 'boulevard '],
  [/(?<!\p{L})av\.\s(?=\p{Lu})/gu, () => 'avenue '],
  [/(?<!\p{L})vs\b\.?/giu, () => 'contre'],
  [/\s&\s/gu, () => ' et '],
  [/(?<=\p{L})\s?&\s?(?=\p{L})/gu, () => ' et '],
  [/\b([Ee]t)\/ou\b/gu, (_, and) => `${and} ou`],
  [/(?<=\p{Ll})\((e|s|es|ne|le|x)\)/gu, () => ''],

  [/(?<!\p{L})(p|art|chap|vol|fig)\.\s?(?=\d)/giu, (_, part) => `${PARTS[part.toLowerCase()] ?? part} `],
  [/(?<!\p{L})(janv|févr|avr|juil|sept|oct|nov|déc)\./giu, (_, start) => MONTHS.find((month) => month.startsWith(start.toLowerCase())) ?? start],

  // Dates and times.
  [dateRule(String.raw`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`), (_, day, month, year) => date(day, month, year)],
  [dateRule(String.raw`(\d{4})-(\d{2})-(\d{2})`), (_, year, month, day) => date(day, month, year)],
  [new RegExp(`${BEFORE}1(?:er)?(?=\\s${MONTH})`, 'giu'), () => 'premier'],
  [/(?<=\d\s?h(?:\s?[0-5]\d)?|\d:[0-5]\d)\s?[-–—]\s?(?=\d{1,2}(?:\s?h|:[0-5]\d))/giu, () => ' à '],
  [/(?<![\p{L}\p{N}])([01]?\d|2[0-4])\s?h\s?([0-5]\d)(?:\s?(?:min|mn))?(?![\p{L}\p{N}])/giu, (_, hours, minutes) => time(hours, minutes)],
  [/(?<![\p{L}\p{N}])(\d{1,3})\s?h(?![\p{L}\p{N}'-])/giu, (_, hours) => time(hours, '0')],
  [/(?<![\p{L}\p{N}:])([01]?\d|2[0-3]):([0-5]\d)(?![\p{N}:])/gu, (_, hours, minutes) => time(hours, minutes)],

  // Telephone numbers, in pairs.
  [/(?<![\p{L}\p{N}])\+33[ .]?([1-9])((?:[ .-]?\d{2}){4})(?!\d)/gu, (_, first, rest) => `plus trente-trois, ${cardinal(first)}, ${pairs(rest)}`],
  [/(?<![\p{L}\p{N}])(0[1-9](?:[ .-]?\d{2}){4})(?!\d)/gu, (_, digits) => pairs(digits)],

  [/(?<![\p{L}\p{N}])0 (8\d\d) (\d{3}) (\d{3})(?!\d)/gu, (_, ...groups) => `zéro ${groups.slice(0, 3).map(cardinal).join(', ')}`],

  // Money, percentages, measures.
  [new RegExp(`${BEFORE}(\\d+)${DASH}(?=(?:${NUMBER})\\s?(?:%|(?:${CURRENCY}|${UNIT})${AFTER}))`, 'gu'), (_, from) => `${cardinal(from)} à `],
  [new RegExp(`(?<![\\p{N}]\\s?)(${CURRENCY})\\s?(${NUMBER})${AFTER}`, 'gu'), (_, sign, amount) => money(amount, '', sign)],
  [new RegExp(`${BEFORE}(-?(?:${NUMBER}))\\s?(k|K|M|Md|Mds|millions?|milliards?)?\\s?(${CURRENCY})(\\d{2})?${AFTER}`, 'gu'), (_, amount, scale, sign, cents) => money(cents === '' ? amount : `${amount},${cents}`, scale, sign)],
  [new RegExp(`${BEFORE}([-+]?)(${NUMBER})\\s?%`, 'gu'), (_, sign, number) => `${signed(sign)}${cardinal(number)} pour cent`],
  [new RegExp(`${BEFORE}(${NUMBER})\\s?‰`, 'gu'), (_, number) => `${cardinal(number)} pour mille`],
  [new RegExp(`${BEFORE}([-+]?)(${NUMBER})\\s?(${UNIT})${AFTER}`, 'gu'), (_, sign, number, unit) => signed(sign) + measure(number, unit, UNITS)],

  // Ordinals, arabic and roman.
  [/(?<![\p{L}\p{N}])1(?:er|ER)(?![\p{L}\p{N}])/gu, () => 'premier'],
  [/(?<![\p{L}\p{N}])1(?:re|ère|ere)s?(?![\p{L}\p{N}])/gu, () => 'première'],
  [/(?<![\p{L}\p{N}])2n(d|de)(?![\p{L}\p{N}])/gu, (_, ending) => (ending === 'd' ? 'second' : 'seconde')],
  [/(?<![\p{L}\p{N}])(\d+)(?:e|è|ème|eme|ième|ieme)(s?)(?![\p{L}\p{N}])/gu, (_, number, plural) => toOrdinal(number) + plural],
  [/(?<![\p{L}\p{N}])([IVX]+)(?:e|ème|ᵉ)(?![\p{L}\p{N}])/gu, (_, numeral) => toOrdinal(romanValue(numeral))],
  [/(?<=(?:Louis|Henri|François|Charles|Napoléon|Jean-Paul|Benoît|Élisabeth|[Cc]hapitre|[Tt]ome|[Pp]artie|[Aa]cte|[Ss]cène|[Aa]nnexe|[Vv]olume) )([IVX]+)(?![\p{L}\p{N}])/gu, (_, numeral) => (numeral === 'I' ? 'premier' : toCardinal(romanValue(numeral)))],

  // Numbers that belong together.
  [/(?<=\p{L})-(?=\d)/gu, () => ' '],
  [/(?<![\p{L}\p{N}/])1\/2[\s-]?(?=heure|journée)/gu, () => 'une demi-'],
  [/(?<![\p{L}\p{N}/])(\d+) 1\/2(?![\p{N}/])/gu, (_, count) => `${cardinal(count)} et demi`],
  [/(?<![\p{L}\p{N}/])1\/2(?![\p{N}/])/gu, () => 'un demi'],
  [/(?<![\p{L}\p{N}/])([13])\/4(?![\p{N}/])/gu, (_, count) => (count === '1' ? 'un quart' : 'trois quarts')],
  [/(?<![\p{L}\p{N}/])([12])\/3(?![\p{N}/])/gu, (_, count) => (count === '1' ? 'un tiers' : 'deux tiers')],
  [/(?<![\p{L}\p{N}/])(\d+(?:,\d+)?)\/(\d+)(?![\p{N}/])/gu, (_, part, whole) => `${cardinal(part)} sur ${cardinal(whole)}`],
  [/(?<![\p{L}\p{N}-])(\d+)\s?[-–]\s?(\d+)(?![\p{L}\p{N}-])/gu, (_, from, to) => `${cardinal(from)} à ${cardinal(to)}`],
  [/(?<=\d)\s?[x×]\s?(?=\d)/gu, () => ' fois '],
  [/(?<=\d)\s?=\s?(?=\d)/gu, () => ' égale '],
  [/(?<=\d)\s?\+\s?(?=\d)/gu, () => ' plus '],
  [/(?<=\d)\^(?=\d)/gu, () => ' puissance '],
  [/²/gu, () => ' au carré'],
  [/³/gu, () => ' au cube'],

  // What is left of numbers.
  [/(?<![\p{L}\p{N}.,])(?!\d{1,3}(?:\.\d{3})+(?!\.?\d))\d+(?:\.\d+){2,}(?![\p{N}])/gu, (version) => version.split('.').map(cardinal).join(' point ')],
  [new RegExp(`(?<![\\p{L}\\p{N}.,/])([-+]?)(${NUMBER})(?=\\s(?:${FEMININE})${AFTER})`, 'giu'), (_, sign, number) => signed(sign) + feminine(cardinal(number))],
  [new RegExp(`(?<![\\p{L}\\p{N}.,])([-+]?)(${NUMBER})(?![\\p{N}])`, 'gu'), (_, sign, number) => signed(sign) + cardinal(number)],
  [/\d+/gu, (digits) => ` ${cardinal(digits)} `],

  // Letters and signs.
  [/(?<=\s|^)\+(?=\s)/gu, () => 'plus'],
  [/(?<=\s|^)=(?=\s)/gu, () => 'égale'],
  [/(?<![\p{L}\p{N}'-])(\p{Lu}\.){2,}/gu, (initials) => initials.replaceAll('.', ' ').trim()],
  [/(?<![\p{L}\p{N}-])\p{Lu}{2,6}(?![\p{L}\p{N}])/gu, (word) => (isSpelled(word) ? Array.from(word).join(' ') : word)],
  [/(?<=\p{L})\/(?=\p{L})/gu, () => ' ou '],
  [/\//gu, () => ' '],
];

function dateRule(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}/.-])${pattern}(?![\\p{L}\\p{N}/-])`, 'gu');
}

function date(day: string, month: string, year: string): string {
  const name = MONTHS[Number(month) - 1];
  if (name === undefined || Number(day) < 1 || Number(day) > 31) return [day, month, year].map(cardinal).join(' ');
  return `${Number(day) === 1 ? 'premier' : cardinal(day)} ${name} ${cardinal(year)}`;
}

function time(hours: string, minutes: string): string {
  const said = Number(minutes) === 0 ? '' : ` ${feminine(toCardinal(Number(minutes)))}`;
  return `${feminine(toCardinal(Number(hours)))} ${Number(hours) < 2 ? 'heure' : 'heures'}${said}`;
}

const pairs = (digits: string): string => (digits.match(/\d\s*\d/gu) ?? []).map((pair) => cardinal(pair.replace(/\D/gu, ''))).join(', ');

function money(amount: string, scale: string, sign: string): string {
  const millions = /^(?:M|Mds?|mill)/u.test(scale);
  if (millions) {
    const noun = /^(?:Md|milliard)/u.test(scale) ? 'milliard' : 'million';
    return `${cardinal(amount)} ${noun}${value(amount) >= 2 ? 's' : ''} ${/^[aeiouy]/u.test(currencyName(sign)) ? "d'" : 'de '}${currencyName(sign)}`;
  }
  if (scale !== '') return measure(String(Math.round(value(amount) * 1000)), sign, CURRENCIES);
  const [, whole = '', cents = ''] = /^(.*?)[,.](\d{2})$/u.exec(amount) ?? [];
  // «12,50 €» is said «douze euros cinquante»; «12,5 €» is a number.
  if (/^0[,.]\d\d$/u.test(amount) && cents !== '00' && !/[£¥]|GBP/u.test(sign)) return `${toCardinal(Number(cents))} ${CENTS[sign] ?? 'centime'}${Number(cents) < 2 ? '' : 's'}`;
  if (cents !== '' && !/^[,.]/u.test(whole)) return `${measure(whole, sign, CURRENCIES)}${cents === '00' ? '' : ` ${toCardinal(Number(cents))}`}`;
  return measure(amount, sign, CURRENCIES);
}

const currencyName = (sign: string): string => CURRENCIES[sign]?.[1] ?? sign;

function measure(number: string, unit: string, names: Readonly<Record<string, readonly [string, string, 'f'?]>>): string {
  const [one, several, gender] = names[unit] ?? [unit, unit];
  const words = cardinal(number);
  return `${gender === 'f' ? feminine(words) : words} ${Math.abs(value(number)) < 2 ? one : several}`;
}

/** «1 234,5» → 1234.5 */
const value = (number: string): number => Number(plain(number));

function plain(number: string): string {
  const ungrouped = /^-?\d{1,3}(?:[ .]\d{3})+(?:,\d+)?$/u.test(number) ? number.replace(/[ .]/gu, '') : number;
  return ungrouped.replace(',', '.');
}

/** A number in words; codes (leading zeros, more digits than anybody counts) digit by digit. */
function cardinal(number: string): string {
  const digits = plain(number);
  if (/^0\d/u.test(digits) || /^\d{16,}/u.test(digits)) return Array.from(digits.replace('.', '')).map((digit) => toCardinal(Number(digit))).join(' ');
  return toCardinal(digits);
}

const feminine = (words: string): string => words.replace(/\bun$/u, 'une');
const signed = (sign: string): string => (sign === '-' ? 'moins ' : sign === '+' ? 'plus ' : '');

const ADDRESS_SIGNS: Readonly<Record<string, string>> = { '.': ' point ', '@': ' arobase ', '-': ' tiret ', _: ' tiret bas ', '/': ' slash ', '+': ' plus ', '%': ' ', ':': ' ', '=': ' égale ', '&': ' et ' };
const spellAddress = (address: string): string => address.replace(/[.@\-_/+%:=&]/gu, (sign) => ADDRESS_SIGNS[sign] ?? ' ').replace(/\s+/gu, ' ').trim();
