import { toCardinal, toOrdinal } from 'n2words/en-US';

/** "1,234.5" → "1234.5" */
const plain = (number: string): string => number.replaceAll(',', '');
const value = (number: string): number => Number(plain(number));

/** Each digit by itself, as in codes and telephone numbers. */
export const digitByDigit = (digits: string): string => Array.from(digits.replace(/\D/gu, '')).map((digit) => toCardinal(Number(digit))).join(' ');

/** A number in words; codes (leading zeros, more digits than anybody counts) and what follows the point digit by digit. */
export function cardinal(number: string): string {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d*)(?:\.(\d+))?$/u.exec(plain(number)) ?? [];
  const said = /^0\d/u.test(whole) || whole.length > 15 ? digitByDigit(whole) : toCardinal(whole === '' ? 0 : whole);
  return `${sign === '' ? '' : 'minus '}${said}${decimals === '' ? '' : ` point ${digitByDigit(decimals)}`}`;
}

/** "21" → "twenty-first" */
export const ordinal = (number: string): string => (value(number) > 0 ? toOrdinal(BigInt(plain(number))) : `${cardinal(number)}th`);

/** "1999" → "nineteen ninety-nine", "2005" → "two thousand five", "1900" → "nineteen hundred" */
export function year(number: string): string {
  const [century, rest] = [Math.floor(Number(number) / 100), Number(number) % 100];
  if (century < 10 || century > 99 || (century % 10 === 0 && rest < 10)) return toCardinal(Number(number));
  if (rest === 0) return `${toCardinal(century)} hundred`;
  return `${toCardinal(century)} ${rest < 10 ? 'oh ' : ''}${toCardinal(rest)}`;
}

/** "1990s", "20s" → "nineteen nineties", "twenties" */
export const decade = (number: string): string => (number.length === 4 ? year(number) : toCardinal(Number(number))).replace(/y$/u, 'ie').replace(/x$/u, 'xe') + 's';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** Of their names and of how these are cut short. "May" and "march" are words as well: they count with a capital. */
export const MONTH = '(?:Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?|July?|Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)';
const monthName = (written: string): string => MONTHS.find((name) => name.startsWith(written.slice(0, 3))) ?? written;

/** "May", "5", "2024" → "May fifth, twenty twenty-four" */
export const date = (month: string, day: string, inYear = ''): string => `${monthName(month)} ${ordinal(day)}${inYear === '' ? '' : `, ${year(inYear)}`}`;

/** A month before the day, as Americans write it, unless that is none. */
export function numericDate(first: string, second: string, inYear: string): string {
  const [month, day] = Number(first) > 12 ? [second, first] : [first, second];
  const name = MONTHS[Number(month) - 1];
  return name === undefined || Number(day) < 1 || Number(day) > 31 ? [first, second, inYear].map(cardinal).join(' ') : date(name, day, inYear);
}

/** "14", "30", "" → "two thirty P-M"; "9", "05", "a" → "nine oh five eh-M" */
export function time(hours: string, minutes: string, half: string): string {
  const hour = Number(hours);
  const [afternoon, morning] = [half === 'p' || (half === '' && hour >= 12), half === 'a' || (half === '' && hour === 0)];
  const said = toCardinal(hour % 12 === 0 ? 12 : hour % 12);
  const marked = half !== '' || hour > 12 || hour === 0;
  const past = Number(minutes) === 0 ? '' : ` ${Number(minutes) < 10 ? 'oh ' : ''}${toCardinal(Number(minutes))}`;
  if (!marked) return `${said}${past === '' ? " o'clock" : past}`;
  return `${said}${past} ${afternoon ? 'P-M' : morning ? 'eh-M' : ''}`.trim();
}

type Name = readonly [one: string, several: string];

/** What follows a number, as it is written → one, several. */
export const UNITS: Readonly<Record<string, Name>> = {
  'km/h': ['kilometer an hour', 'kilometers an hour'], kph: ['kilometer an hour', 'kilometers an hour'], mph: ['mile an hour', 'miles an hour'], 'm/s': ['meter a second', 'meters a second'],
  km: ['kilometer', 'kilometers'], m: ['meter', 'meters'], cm: ['centimeter', 'centimeters'], mm: ['millimeter', 'millimeters'], mi: ['mile', 'miles'], ft: ['foot', 'feet'], yd: ['yard', 'yards'],
  'm²': ['square meter', 'square meters'], m2: ['square meter', 'square meters'], 'km²': ['square kilometer', 'square kilometers'], 'm³': ['cubic meter', 'cubic meters'],
  kg: ['kilogram', 'kilograms'], g: ['gram', 'grams'], mg: ['milligram', 'milligrams'], lb: ['pound', 'pounds'], lbs: ['pound', 'pounds'], oz: ['ounce', 'ounces'], t: ['ton', 'tons'],
  l: ['liter', 'liters'], L: ['liter', 'liters'], cl: ['centiliter', 'centiliters'], ml: ['milliliter', 'milliliters'],
  h: ['hour', 'hours'], hr: ['hour', 'hours'], hrs: ['hour', 'hours'], min: ['minute', 'minutes'], mins: ['minute', 'minutes'], s: ['second', 'seconds'], sec: ['second', 'seconds'], secs: ['second', 'seconds'], ms: ['millisecond', 'milliseconds'],
  Hz: ['hertz', 'hertz'], kHz: ['kilohertz', 'kilohertz'], MHz: ['megahertz', 'megahertz'], GHz: ['gigahertz', 'gigahertz'], dB: ['decibel', 'decibels'], W: ['watt', 'watts'], kW: ['kilowatt', 'kilowatts'], kWh: ['kilowatt hour', 'kilowatt hours'],
  KB: ['kilobyte', 'kilobytes'], MB: ['megabyte', 'megabytes'], GB: ['gigabyte', 'gigabytes'], TB: ['terabyte', 'terabytes'],
  '°C': ['degree Celsius', 'degrees Celsius'], '°F': ['degree Fahrenheit', 'degrees Fahrenheit'], '°': ['degree', 'degrees'], px: ['pixel', 'pixels'], pts: ['point', 'points'], wpm: ['word a minute', 'words a minute'],
};

/** "2.5", "kg" → "two point five kilograms" */
export function measure(number: string, unit: string, names: Readonly<Record<string, Name>> = UNITS): string {
  const [one, several] = names[unit] ?? [unit, unit];
  return `${cardinal(number)} ${Math.abs(value(number)) === 1 ? one : several}`;
}

/** Written before or after an amount → one, several, and the hundredth part. */
const CURRENCIES: Readonly<Record<string, readonly [...Name, ...Name] | Name>> = {
  $: ['dollar', 'dollars', 'cent', 'cents'], USD: ['dollar', 'dollars', 'cent', 'cents'], '€': ['euro', 'euros', 'cent', 'cents'], EUR: ['euro', 'euros', 'cent', 'cents'],
  '£': ['pound', 'pounds', 'penny', 'pence'], GBP: ['pound', 'pounds', 'penny', 'pence'], '¥': ['yen', 'yen'], CHF: ['Swiss franc', 'Swiss francs'],
};
export const CURRENCY_SIGNS = Object.keys(CURRENCIES);
const SCALES: Readonly<Record<string, string>> = { m: 'million', mn: 'million', million: 'million', b: 'billion', bn: 'billion', billion: 'billion', trillion: 'trillion', tn: 'trillion' };

/** "12.50", "$" → "twelve dollars and fifty cents"; "3", "€", "m" → "three million euros"; "45", "£", "k" → "forty-five thousand pounds" */
export function money(amount: string, sign: string, scale = ''): string {
  const [one, several, cent, cents] = CURRENCIES[sign] ?? [sign, sign];
  if (/^k$/iu.test(scale)) return `${cardinal(String(Math.round(value(amount) * 1000)))} ${several}`;
  if (scale !== '') return `${cardinal(amount)} ${SCALES[scale.toLowerCase()] ?? scale} ${several}`;
  const [, whole = '', hundredths = ''] = /^(-?[\d,]+)\.(\d\d)$/u.exec(amount) ?? [];
  if (hundredths === '' || cent === undefined || cents === undefined) return measure(amount, sign, { [sign]: [one, several] });
  const small = Number(hundredths) === 0 ? '' : `${toCardinal(Number(hundredths))} ${Number(hundredths) === 1 ? cent : cents}`;
  const large = value(whole) === 0 && small !== '' ? '' : measure(whole, sign, { [sign]: [one, several] });
  return [large, small].filter(Boolean).join(' and ');
}

const PARTS: Readonly<Record<string, Name>> = { 2: ['half', 'halves'], 3: ['third', 'thirds'], 4: ['quarter', 'quarters'], 5: ['fifth', 'fifths'], 8: ['eighth', 'eighths'] };

/** "3", "4" → "three quarters"; "7", "10" → "seven out of ten" */
export function fraction(part: string, whole: string): string {
  const name = PARTS[whole];
  return name === undefined || value(part) >= value(whole) ? `${cardinal(part)} out of ${cardinal(whole)}` : `${cardinal(part)} ${value(part) === 1 ? name[0] : name[1]}`;
}
