import { createHash, timingSafeEqual } from 'node:crypto';
import Type from 'typebox';
import { CodedError } from '../../core/errors.ts';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { SessionRecord } from '../../protocol/session.ts';
import type { App, Services } from '../services.ts';

const SessionParams = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }) });

export function sessionRoutes(app: App, { sessions, secrets }: Services): void {
  app.get('/sessions/:id', {
    onRequest: (request, _reply, done) => {
      done(isBearer(request.headers.authorization, secrets.serviceToken) ? undefined : new CodedError('UNAUTHORIZED'));
    },
    schema: {
      summary: 'All that a coach needs to lead a session',
      tags: ['services'],
      security: [{ serviceToken: [] }],
      params: SessionParams,
      response: { 200: SessionRecord, '4xx': ErrorReply },
    },
  }, (request): SessionRecord => sessions.get(request.params.id).record);
}

/** In a time that tells nothing about how much of the token was right. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}
