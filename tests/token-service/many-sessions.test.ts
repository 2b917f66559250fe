import { expect, it } from 'vitest';
import type { Lease } from '../../protocol/session-lease.ts';
import type { SessionList } from '../../protocol/session-review.ts';
import type { TokenReply } from '../../protocol/token.ts';
import { batch, coachTurn, ended, learnerTurn } from '../sessions/test-events.ts';
import { bearerOf, LEARNER } from '../support/credentials.ts';
import { heapUsed } from '../support/heap-used.ts';
import { startLiveKit } from '../support/livekit-server.ts';
import { buildTokenService, SERVICE_TOKEN } from '../support/token-service.ts';

const SESSIONS = 500;
const EVENTS = 5;
/** Of the heap, from the middle to the end, bytes. */
const GROWTH = 3_000_000;

it(`${SESSIONS} sessions in a row, each in a room of a real media server: every count is right, and the memory stays`, async () => {
  const livekit = await startLiveKit();
  const app = await buildTokenService({ livekit });
  const learner = { authorization: `Bearer ${await bearerOf({ role: 'learner', sub: LEARNER })}` };
  const service = { authorization: `Bearer ${SERVICE_TOKEN}` };
  const post = async <Reply>(url: string, headers: Record<string, string>, payload: object): Promise<Reply> => {
    const reply = await app.inject({ method: 'POST', url, headers, payload });
    expect(reply.statusCode, reply.body).toBe(200);
    return reply.json<Reply>();
  };
  let middle = 0;
  for (let count = 1; count <= SESSIONS; count += 1) {
    const { session } = await post<TokenReply>('/token', learner, {});
    const { term } = await post<Lease>(`/sessions/${session}/lease`, service, { holder: 'job' });
    const tell = (...events: Parameters<typeof batch>[1]) => post(`/sessions/${session}/events`, service, batch(term, events, Date.now()));
    await tell(coachTurn(1), learnerTurn(2));
    await tell(coachTurn(3), learnerTurn(4), ended(EVENTS));
    // What was told may be told again.
    await tell(learnerTurn(4), ended(EVENTS));
    if (count === SESSIONS / 2) middle = heapUsed();
  }
  expect(heapUsed() - middle).toBeLessThan(GROWTH);

  const kept: SessionList['sessions'] = [];
  let before: string | undefined;
  do {
    const page = (await app.inject({ url: `/sessions?limit=100${before === undefined ? '' : `&before=${before}`}`, headers: learner })).json<SessionList>();
    kept.push(...page.sessions);
    before = page.next;
  } while (before !== undefined);
  expect(new Set(kept.map(({ id }) => id)).size).toBe(SESSIONS);
  expect(kept.every(({ turns, reason }) => turns === 2 && reason === 'finished')).toBe(true);
  const sample = kept.filter((_, index) => index % 50 === 0);
  for (const { id } of sample) expect((await app.inject({ url: `/sessions/${id}/events`, headers: service })).json<unknown[]>()).toHaveLength(EVENTS);
  await app.close();
  await livekit.stop();
});
