/** A moment in the words of `language`, day and time; `at` is ISO 8601. */
export const dayAndTime = (at: string, language: string): string => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));

const STEPS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]] as const;

/** How long ago `at` was, in the words of `language`: “il y a 5 minutes”. */
export function ago(at: string, language: string, now: number): string {
  const past = Math.max(0, now - Date.parse(at));
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, ms] = STEPS.find(([, length]) => past >= length) ?? (['second', 1_000] as const);
  return words.format(-Math.floor(past / ms), unit);
}
