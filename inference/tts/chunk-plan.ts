/** A stretch of an utterance, in frames of 12.5 ms. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** Lengths of the chunks of the first round: sound begins when the first is made. */
const FIRST = [16, 24, 32, 48] as const;
/** No longer, so that a round keeps the compute gate for 0.2 s at most. */
const LONGEST = 64;
/** Of what nobody waits for: whoever does wait gets in between soon. */
const PATIENT = 24;
/** A last chunk shorter than this joins the one before it. */
const SHORTEST = 12;

/**
 * Divides an utterance into rounds of chunks that are made side by side, one a thread: a short round first, then rounds of
 * equal chunks, so that no thread waits for another, and none lasts longer than what was made before it.
 */
export function* rounds({ from, to }: Chunk, { threads, patient = false }: { threads: number; patient?: boolean }): Generator<Chunk[]> {
  for (let at = from; at < to; ) {
    const left = to - at;
    const longest = patient ? PATIENT : Math.min(LONGEST, 2 * (at - from));
    const equal = Math.max(SHORTEST, longest === 0 ? 0 : Math.ceil(left / Math.ceil(left / (threads * longest)) / threads));
    const round: Chunk[] = [];
    for (let n = 0; n < threads && at < to; n++) {
      const end = at + (longest === 0 ? (FIRST[n] ?? LONGEST) : equal);
      round.push({ from: at, to: to - end < SHORTEST ? to : end });
      at = round.at(-1)?.to ?? to;
    }
    yield round;
  }
}
