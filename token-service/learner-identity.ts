import { createHmac, randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './services.ts';

const NAME = 'eloquence_learner';
const YEAR_SECONDS = 365 * 24 * 3_600;
const ID = /^[A-Za-z0-9_-]{16}$/;

/** Cookies, signed with a key that follows from the service token: who knows one learner's id cannot become that learner. */
export async function registerLearnerCookie(app: App, serviceToken: string): Promise<void> {
  await app.register(cookie, { secret: createHmac('sha256', serviceToken).update('learner cookie').digest('base64url') });
}

/**
 * Who asks: the same 16 characters each time from one browser, new ones for everybody else. LiveKit throws out whoever
 * has an identity that joins again, so an identity contains this id: nobody takes another learner's place, and a page
 * that is loaded again takes its own.
 */
export function learnerId(request: FastifyRequest, reply: FastifyReply): string {
  const signed = request.cookies[NAME];
  const known = signed === undefined ? undefined : request.unsignCookie(signed);
  if (known?.valid === true && ID.test(known.value)) return known.value;
  const id = randomBytes(12).toString('base64url');
  void reply.setCookie(NAME, id, { signed: true, httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https', path: '/', maxAge: YEAR_SECONDS });
  return id;
}
