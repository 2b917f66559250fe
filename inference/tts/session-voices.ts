import { LRUCache } from 'lru-cache';
import type { SpeechLevel } from '../../core/config.ts';

/** Sessions remembered; who was silent for longest is forgotten first. */
const MOST = 10_000;

/** Which level speaks for each session: a learner should not meet another voice every other sentence. */
export class SessionVoices {
  readonly #own = new LRUCache<string, SpeechLevel>({ max: MOST });
  readonly #reply = new LRUCache<string, SpeechLevel>({ max: MOST });

  /** The voice to go on with: of the reply under way, or, for the first clause of one, the session's own. */
  of(session: string | undefined, beginsReply: boolean): SpeechLevel | undefined {
    if (session === undefined) return undefined;
    return (beginsReply ? undefined : this.#reply.get(session)) ?? this.#own.get(session);
  }

  /** What spoke first is the session's own; what spoke last goes on with the reply. */
  spoke(session: string | undefined, level: SpeechLevel): void {
    if (session === undefined) return;
    if (!this.#own.has(session)) this.#own.set(session, level);
    this.#reply.set(session, level);
  }
}
