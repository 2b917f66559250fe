import type { Word } from '../../protocol/transcript.ts';
import type { Trait } from '../exercise.ts';
import type { SpeechTotals } from '../speech-measures.ts';

/** What happens to a scripted coach. Times in ms, except `minutesLeft`. */
export type CoachEvent =
  | { readonly type: 'start' }
  | { readonly type: 'turn'; readonly text: string; readonly words?: readonly Word[]; readonly source: 'voice' | 'text' }
  /** Nobody has spoken for this long. Sent again as the silence goes on. */
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'time'; readonly minutesLeft: number }
  | { readonly type: 'command'; readonly command: 'repeat' | 'pause' | 'resume' | 'finish' }
  /** The coach is back after an outage, or a replacement took over. */
  | { readonly type: 'restored' }
  /** Something else than this script spoke for the coach (the LLM): what “repeat” repeats from now on. */
  | { readonly type: 'said'; readonly text: string };

type Stage = 'greeting' | 'running' | 'paused' | 'closing';

/** A sentence of a reply. A fixed one is in `fixedPhrases`, so its audio may be there already. */
interface Clause {
  readonly text: string;
  readonly fixed: boolean;
}

/** Why the coach says what it says: for logs and tests, never shown. */
export type Move =
  | 'greeting' | 'prompt' | 'phase' | 'reaction' | 'topic' | 'recall' | 'nudge' | 'develop' | 'answer' | 'help' | 'emotion' | 'care' | 'agree'
  | 'lead_back' | 'boundary' | 'unheard' | 'silence' | 'repeat' | 'pause' | 'resume' | 'closing';

export interface Reply {
  readonly text: string;
  readonly clauses: readonly Clause[];
  readonly move: Move;
}

/** Something the learner talked about, in forms that fit into a sentence. */
export interface Topic {
  readonly kind: 'thing' | 'activity' | 'name';
  readonly text: string;
  /** After “de” and after “à”. */
  readonly of: string;
  readonly to: string;
  /** Said with “my” or “our”: safest to come back to. */
  readonly own: boolean;
}

/** All that a scripted coach remembers: plain JSON, so that a replacement goes on from the session's last event. */
export interface CoachState {
  readonly version: 1;
  /** What makes two sessions differ and one session reproducible: the session's id. */
  readonly seed: string;
  readonly stage: Stage;
  /** Index into the exercise's phases. */
  readonly phase: number;
  /** Learner's turns and words in this phase, and the minutes that were left when it began. */
  readonly phaseTurns: number;
  readonly phaseWords: number;
  readonly phaseBegan: number | null;
  /** Prompts of this phase asked so far, and turns spent going deeper since the last one. */
  readonly asked: number;
  readonly depth: number;
  readonly turns: number;
  readonly minutesLeft: number | null;
  /** Hashes of the sentences said. */
  readonly used: readonly string[];
  readonly last: Reply | null;
  /** Latest last; those the coach has taken up are in `takenUp`. */
  readonly topics: readonly Topic[];
  readonly takenUp: readonly string[];
  readonly name: string | null;
  /** Last amount the learner named, and the index of the coach's own offer. */
  readonly amount: number | null;
  readonly offer: number;
  /** Figures the learner gave, and questions the learner asked. */
  readonly figures: number;
  readonly questions: number;
  readonly silences: number;
  readonly unheard: number;
  readonly nudgedAt: number | null;
  readonly nudge: Trait | null;
  readonly offeredPause: boolean;
  readonly totals: SpeechTotals;
}

export interface Step {
  readonly state: CoachState;
  /** What to say; absent where silence is the answer. */
  readonly reply?: Reply;
}
