import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { LearnerErased, LearnerExport } from '../../protocol/learner-data.ts';
import { assertOwn, callerOf } from '../access/caller.ts';
import { LEARNER_COOKIE } from '../access/learner-cookie.ts';
import type { App, Services } from '../services.ts';

const LearnerParams = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'a learner’s id, or `me`' }) });

/** What is kept of a learner is theirs: they may take it with them, and have it go. Operators may for them. */
export function learnerDataRoutes(app: App, { store }: Services): void {
  const access = ['learner', 'operator', 'service'] as const;

  app.get('/learners/:id/export', {
    config: { access },
    schema: { summary: 'All that is kept of a learner', description: 'Recordings are named, with the address that each is at.', tags: ['learners'], params: LearnerParams, response: { 200: LearnerExport, '4xx': ErrorReply } },
  }, async (request, reply) => {
    const kept = await store.learners.export(whose(request));
    return reply.header('content-disposition', 'attachment; filename="eloquence.json"').send(kept);
  });

  app.delete('/learners/:id', {
    config: { access },
    schema: { summary: 'Erases a learner with all that is kept of them', tags: ['learners'], params: LearnerParams, response: { 200: LearnerErased, '4xx': ErrorReply, '5xx': ErrorReply } },
  }, async (request, reply) => {
    const learner = whose(request);
    const { sessions, recordings } = await store.learners.erase(learner);
    request.log.info({ sessions, recordings }, 'a learner was erased');
    // Whoever comes back is somebody new.
    if (callerOf(request).role === 'learner') void reply.clearCookie(LEARNER_COOKIE, { path: '/' });
    return { sessions, recordings };
  });
}

/** @throws CodedError FORBIDDEN for another learner */
function whose(request: FastifyRequest & { readonly params: { readonly id: string } }): string {
  const { id } = request.params;
  const caller = callerOf(request);
  const learner = id === 'me' && caller.role === 'learner' ? caller.id : id;
  assertOwn(request, learner);
  return learner;
}
