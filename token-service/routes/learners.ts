import { ErrorReply } from '../../protocol/error-reply.ts';
import { LearnerReply, LearnerRequest } from '../../protocol/invitation.ts';
import { newLearner } from '../access/admission.ts';
import { perMinute, SMALL_BODY } from '../access/limits.ts';
import type { App, Services } from '../services.ts';

export function learnerRoutes(app: App, { config, door }: Services): void {
  app.post('/learners', {
    bodyLimit: SMALL_BODY,
    config: { access: 'public', rateLimit: perMinute(config) },
    schema: {
      summary: 'A bearer for an app, which keeps it to be known by',
      description: 'Asked with a learner’s bearer, it gives the same learner a new one. A browser’s cookie is made no bearer of: what the page’s scripts cannot read stays so.',
      tags: ['learners'],
      body: LearnerRequest,
      response: { 200: LearnerReply, '4xx': ErrorReply },
    },
  }, async (request): Promise<LearnerReply> => {
    const admission = await door.admit(request, request.body);
    const learner = request.shown?.by === 'cookie' ? { ...admission, id: newLearner() } : admission;
    const { token, expiresAt } = await door.credential(learner);
    return { learner: learner.id, token, expiresAt: new Date(expiresAt).toISOString() };
  });
}
