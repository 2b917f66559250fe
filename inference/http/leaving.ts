import type { FastifyReply } from 'fastify';

/**
 * Fires when the client goes away before its answer is complete, so that nothing is computed for nobody.
 * (Fastify's own `request.signal` fires as soon as a body has been read.)
 */
export function leaving({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort();
  });
  return left.signal;
}
