import type { FastifyReply, FastifyRequest } from 'fastify';

/** Holds a learner's credential, out of reach of the page's own scripts. */
export const LEARNER_COOKIE = 'eloquence_learner';

/**
 * Gives the browser a learner's credential to keep. `Lax`: pages of other sites cannot ask in this learner's name.
 * @param lifetime ms from now
 */
export function giveCookie(request: FastifyRequest, reply: FastifyReply, credential: string, lifetime: number): void {
  void reply.setCookie(LEARNER_COOKIE, credential, { httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https', path: '/', maxAge: Math.floor(lifetime / 1_000) });
}
