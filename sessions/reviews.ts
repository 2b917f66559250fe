import { reviewTurns } from '../coaching/session-review.ts';
import type { SessionReview } from '../protocol/session-review.ts';
import type { EventLog } from './event-log.ts';
import type { Recordings } from './recordings.ts';
import type { Summaries } from './summaries.ts';

/** Where a recording is served: the path of its route. */
export const recordingPath = (session: string, term: number): string => `/sessions/${session}/recordings/${String(term)}`;

/** A session as its learner looks back at it. @throws CodedError SESSION_UNKNOWN, SESSION_ERASED */
export async function reviewOf(id: string, { events, summaries, recordings }: { events: EventLog; summaries: Summaries; recordings: Recordings }): Promise<SessionReview> {
  const session = await summaries.get(id);
  const { turns, measures } = reviewTurns(await events.past(id), session.exercise.language);
  const kept = await recordings.list([id]);
  return {
    session,
    turns,
    measures,
    recordings: kept.map(({ term, startedAt, durationMs }) => ({ url: recordingPath(id, term), startedAt, durationMs })),
  };
}
