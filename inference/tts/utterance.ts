import type { Rendering } from './renderings.ts';

/**
 * Clauses one after the other as one stream. Each is begun when the one before has been made, by the level that made it
 * where that still can. Leaving the loop leaves the clause under way.
 * @param say begins a clause, in the voice of the clause before
 */
export async function* utterance<Clause>(first: Rendering, rest: readonly Clause[], say: (clause: Clause, before: Rendering, signal: AbortSignal) => Promise<Rendering>, signal: AbortSignal | undefined): AsyncGenerator<Int16Array, void> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const after = (clause: Clause, before: Rendering): Promise<Rendering> => {
    const next = before.finished.then(() => say(clause, before, either));
    next.catch(() => undefined); // met when this clause is reached
    return next;
  };
  let current = first;
  try {
    for (const clause of rest) {
      const next = after(clause, current);
      yield* current.audio;
      current = await next;
    }
    yield* current.audio;
  } finally {
    left.abort(new Error('nobody listens any more'));
    await current.audio.return?.();
  }
}
