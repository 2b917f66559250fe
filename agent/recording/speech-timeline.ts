/** A stream that is so far behind its clock has had a gap, ms: a muted microphone, a lost connection. */
const GAP = 300;
/** Runs that are remembered: recognition speaks of the last seconds only. */
const KEPT = 100;

interface Run {
  /** Position in the stream, ms, and the Unix ms at which it lies. */
  readonly from: number;
  readonly wall: number;
}

/**
 * When each sound of a stream was said. A stream has no gaps and time has: whoever is muted for a while, or loses the
 * connection, sends nothing. Network jitter is no gap: what comes late follows what came before.
 */
export class SpeechTimeline {
  #runs: Run[] = [];
  /** Length of the stream so far, ms. */
  #length = 0;

  /**
   * Places sound that has just come.
   * @param ms its length
   * @param now Unix ms at which its last sample came
   * @returns Unix ms of its first sample
   */
  place(ms: number, now: number): number {
    const last = this.#runs.at(-1);
    const expected = last === undefined ? undefined : last.wall + this.#length - last.from;
    const begun = now - ms;
    if (expected === undefined || begun - expected > GAP) this.#runs = [...this.#runs.slice(1 - KEPT), { from: this.#length, wall: begun }];
    this.#length += ms;
    return expected === undefined || begun - expected > GAP ? begun : expected;
  }

  /** Unix ms of a position in the stream, ms. */
  wallAt(position: number): number {
    const run = this.#runs.findLast(({ from }) => from <= position) ?? this.#runs[0];
    return run === undefined ? position : run.wall + position - run.from;
  }
}
