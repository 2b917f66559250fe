import Type from 'typebox';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { EventBatch, EventReceipt, KeptEvent } from '../../protocol/session-events.ts';
import { Lease, LeaseClaim, LeaseTerm } from '../../protocol/session-lease.ts';
import { LEASE_TTL } from '../../sessions/store.ts';
import { SMALL_BODY } from '../access/limits.ts';
import type { App, Services } from '../services.ts';
import { SessionParams } from './session-params.ts';

/** A batch of events, words with their times in them, bytes. */
const BATCH_BODY = 4 * 1_024 * 1_024;

/** What coaches and their workers ask: the lease of a session, and to be told what happens. */
export function coachRoutes(app: App, { store, leases }: Services): void {
  const shared = { tags: ['services'], security: [{ serviceToken: [] }], params: SessionParams };
  const config = { access: ['service'] as const };

  app.post('/sessions/:id/lease', {
    config,
    bodyLimit: SMALL_BODY,
    schema: { ...shared, summary: 'Takes a session’s lease: all that a coach needs to lead it', body: LeaseClaim, response: { 200: Lease, '4xx': ErrorReply } },
  }, async ({ params: { id }, body: { holder }, log }): Promise<Lease> => {
    const { term } = await store.leases.claim(id, holder);
    log.info({ session: id, term, holder }, 'lease taken');
    const [{ record }, past] = await Promise.all([store.sessions.get(id), store.events.past(id)]);
    return { term, ttl: LEASE_TTL, session: record, past: past.map(({ event }) => event) };
  });

  app.put('/sessions/:id/lease', {
    config,
    bodyLimit: SMALL_BODY,
    schema: { ...shared, summary: 'Renews a lease', body: LeaseTerm, response: { 204: Type.Null(), '4xx': ErrorReply } },
  }, async ({ params: { id }, body: { term } }, reply) => {
    await store.leases.renew(id, term);
    return reply.code(204).send(null);
  });

  app.delete('/sessions/:id/lease', {
    config,
    bodyLimit: SMALL_BODY,
    schema: { ...shared, summary: 'Gives a lease back: another coach comes where one is still wanted', body: LeaseTerm, response: { 204: Type.Null(), '4xx': ErrorReply } },
  }, async ({ params: { id }, body: { term }, log }, reply) => {
    await store.leases.release(id, term);
    const { record: { room }, endedAt } = await store.sessions.get(id);
    // Whoever gives it back need not wait for what follows.
    if (endedAt === undefined) void leases.tend(room).catch((err: unknown) => log.warn({ err, session: id }, 'a room could not be looked after'));
    return reply.code(204).send(null);
  });

  app.post('/sessions/:id/events', {
    config,
    bodyLimit: BATCH_BODY,
    schema: { ...shared, summary: 'What happened, in order; once, however often it is told', body: EventBatch, response: { 200: EventReceipt, '4xx': ErrorReply, '5xx': ErrorReply } },
  }, ({ params: { id }, body }): Promise<EventReceipt> => store.events.append(id, body));

  app.get('/sessions/:id/events', {
    config: { access: ['service', 'operator'] },
    schema: { ...shared, summary: 'All that happened so far', response: { 200: Type.Array(KeptEvent), '4xx': ErrorReply } },
  }, ({ params: { id } }): Promise<KeptEvent[]> => store.events.past(id));
}
