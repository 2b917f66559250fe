import type { ReviewRecording, ReviewSentence, ReviewTurn } from '../../../protocol/session-review.ts';

/** Where something is to be heard. */
export interface Place {
  readonly recording: ReviewRecording;
  /** Seconds from the recording's beginning. */
  readonly seconds: number;
}

/** Where the sound of Unix ms `at` lies: in the recording that holds it, else at the beginning of the next one. */
export function placeOf(recordings: readonly ReviewRecording[], at: number): Place | undefined {
  const recording = recordings.find(({ startedAt, durationMs }) => at < startedAt + durationMs);
  return recording && { recording, seconds: Math.max(0, at - recording.startedAt) / 1_000 };
}

/** Whether a recording holds the beginning of `sentence`. */
export const isHeard = (recordings: readonly ReviewRecording[], { at }: ReviewSentence): boolean =>
  recordings.some(({ startedAt, durationMs }) => at >= startedAt && at < startedAt + durationMs);

/** The sentence that is said at Unix ms `at`. */
export const sentenceAt = (turns: readonly ReviewTurn[], at: number): ReviewSentence | undefined =>
  turns.flatMap(({ sentences }) => sentences).findLast((sentence) => at >= sentence.at && at < sentence.at + sentence.durationMs);
