/**
 * Thresholds. [K]: a practitioner's or vendor's figure. [O]: our own, with no source behind it; where such a one is shown
 * to a learner, it is said to be a rule of thumb.
 */
export const PAUSE_MS = 250; // Hincks 2005; Campione & Véronis 2002

/** Words a minute of own turns, pauses included: conversation [O], talk [K]. */
export const SPEECH_RATE = { conversation: [150, 200], talk: [120, 160] } as const;
/** How far outside the norm a single turn must be before the coach says so [O]: one turn is little evidence. */
export const RATE_MARGIN = 0.1;

/** Filled pauses (euh, hum) per 100 words from which they are mentioned [O]; French radio has about 2 (Boula de Mareüil 2005). */
export const FILLED_PAUSES_PER_100 = 4;
export const GOOD_FILLED_PAUSES_PER_100 = 2;
/** Hedges per 100 words from which they are mentioned [O]; they lower perceived authority (Hosman 1989). */
export const HEDGES_PER_100 = 3;
/** Share of a turn that is silence from which it sounds hesitant [K]. */
export const PAUSE_RATIO = 0.4;

/** Less speech than this gives no rate, ratio or count per 100 words [O]: undefined rather than noise. */
export const ENOUGH = { words: 10, ms: 3_000, wordsPer100: 20 } as const;

/** A turn at or below these words asks to be developed; beyond these words or ms, to be summed up [O]. */
export const SHORT_TURN_WORDS = 5;
export const LONG_TURN = { conversation: { words: 130, ms: 60_000 }, talk: { words: 350, ms: 150_000 } } as const;
