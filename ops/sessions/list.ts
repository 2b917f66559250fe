import type { SessionSummary } from '../../protocol/session-review.ts';
import type { TokenServiceClient } from '../../protocol/clients/token-service.ts';
import { tokenServiceHere } from './service.ts';

/** `eloquence sessions list`: a line a session. */
export async function listSessions({ learner }: { learner?: string }, service: Pick<TokenServiceClient, 'sessions'> = tokenServiceHere(), print: (line: string) => void = console.log): Promise<void> {
  let before: string | undefined;
  do {
    const { sessions, next } = await service.sessions({ ...(learner === undefined ? {} : { learner }), ...(before === undefined ? {} : { before }) });
    for (const session of sessions) print(line(session));
    if (before === undefined && sessions.length === 0) print('There are no sessions.');
    before = next;
  } while (before !== undefined);
}

function line({ id, learner, exercise, startedAt, endedAt, reason, seconds, turns, recorded }: SessionSummary): string {
  const state = endedAt === undefined ? 'running' : (reason ?? 'ended');
  return [startedAt.slice(0, 16).replace('T', ' '), id, learner, exercise.id, `${String(Math.round(seconds / 60))} min`, `${String(turns)} turns`, state, ...(recorded ? ['recorded'] : [])].join('  ');
}
