import type { PassedOver } from '../../protocol/speech.ts';
import type { Level, Wish } from './level.ts';

export interface Choice {
  /** To be asked in this order. */
  readonly candidates: readonly Level[];
  /** Better ones than the first candidate, and why it is not their turn. */
  readonly passed: readonly PassedOver[];
}

/**
 * In which order `levels` (best first) are to be asked. A session keeps its own voice as long as that can speak at all;
 * who has none yet gets the best that is in time by what this machine measured and its queue now. One that would be
 * late is still better than none.
 */
export function choose(levels: readonly Level[], wish: Wish, own?: string): Choice {
  const refused = new Map<Level, PassedOver['reason']>();
  for (const level of levels) {
    const reason = level.refusal(wish);
    if (reason !== undefined) refused.set(level, reason);
  }
  const able = levels.filter((level) => !refused.has(level));
  const late = (level: Level): boolean => level.name !== own && level.expectedMs(wish.priority) > (wish.dueMs ?? Infinity);
  const rank = (level: Level): number => (level.name === own ? 0 : late(level) ? 2 : 1);
  const candidates = able.toSorted((a, b) => rank(a) - rank(b));
  const [first] = candidates;
  const better = first === undefined ? levels : levels.slice(0, levels.indexOf(first));
  return { candidates, passed: better.map((level) => ({ level: level.name, reason: refused.get(level) ?? (late(level) ? 'late' : 'another voice') })) };
}
