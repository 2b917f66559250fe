/** A sequence of evaluated tokens, seen from a prompt. */
export interface Candidate {
  /** Tokens that it and the prompt begin with. */
  readonly shared: number;
  /** All its tokens. */
  readonly length: number;
}

/** What a turn may change at the end of its own conversation: a reply that was cut short or said otherwise. */
const REPLY = 256;

/**
 * Which sequence a prompt goes on with: the one that knows most of it, unless that would undo more than it saves (another
 * conversation may only begin alike); else the one not used for longest.
 * @param candidates the one used last comes last
 * @returns its place
 */
export function chooseSequence(candidates: readonly Candidate[]): number {
  let best = { place: 0, shared: -1 };
  for (const [place, { shared, length }] of candidates.entries()) {
    const undone = length - shared;
    if (shared > best.shared && undone <= shared && undone <= REPLY) best = { place, shared };
  }
  return best.place;
}
