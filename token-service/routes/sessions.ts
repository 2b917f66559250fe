import Type from 'typebox';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { SessionList, SessionReview } from '../../protocol/session-review.ts';
import { assertOwn, callerOf } from '../access/caller.ts';
import type { App, Services } from '../services.ts';
import { ownSession } from './own-session.ts';
import { SessionParams } from './session-params.ts';

const PAGE = 20;
const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: PAGE })),
  before: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the page before' })),
  learner: Type.Optional(Type.String({ maxLength: 64, description: 'for operators: whose; all when left out' })),
}, { additionalProperties: false });

/** What learners read back of their sessions, and operators of all. */
export function sessionRoutes(app: App, { store }: Services): void {
  const access = ['learner', 'operator', 'service'] as const;

  app.get('/sessions', {
    config: { access },
    schema: { summary: 'The sessions of whoever asks, newest first', tags: ['learners'], querystring: ListQuery, response: { 200: SessionList, '4xx': ErrorReply } },
  }, (request): Promise<SessionList> => {
    const { limit = PAGE, before, learner } = request.query;
    const caller = callerOf(request);
    if (learner !== undefined) assertOwn(request, learner);
    const page = { limit, ...(before === undefined ? {} : { before }) };
    const whose = caller.role === 'learner' ? caller.id : learner;
    return whose === undefined ? store.summaries.all(page) : store.summaries.of(whose, page);
  });

  app.get('/sessions/:id', {
    config: { access },
    schema: { summary: 'One session: who said what when, its figures, its recordings', tags: ['learners'], params: SessionParams, response: { 200: SessionReview, '4xx': ErrorReply } },
  }, async (request): Promise<SessionReview> => {
    const { record } = await ownSession(store, request);
    return store.review(record.id);
  });

  app.delete('/sessions/:id', {
    config: { access },
    schema: { summary: 'Erases one session, for good', tags: ['learners'], params: SessionParams, response: { 204: Type.Null(), '4xx': ErrorReply } },
  }, async (request, reply) => {
    const { record } = await ownSession(store, request);
    await store.learners.eraseSession(record.id);
    return reply.code(204).send(null);
  });
}
