import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../core/errors.ts';
import { toCodedError } from '../../core/http-errors.ts';
import { openAiError } from './openai/error-shape.ts';

/** Every refusal and failure leaves in the table's form, under /v1 in OpenAI's; what is our fault is logged with its cause. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.destroyed) return; // the client has left: what it cancelled is no failure
  const coded = toCodedError(error, { type: request.headers['content-type'], limit: megabytes(request.routeOptions.bodyLimit) });
  const { code, entry: { status } } = coded;
  const route = request.routeOptions.url;
  if (code === 'INTERNAL') request.log.error({ err: coded.cause, code, route }, coded.message);
  else if (status >= 500) request.log.warn({ code, route }, coded.message);
  void reply.code(status).header('x-request-id', request.id);
  // OpenAI's libraries try again by status alone unless they are told.
  if (request.url.startsWith('/v1/')) void reply.header('x-should-retry', String(coded.retryable)).send(openAiError(coded));
  else void reply.send(coded.toBody());
}

export function answerNotFound({ url }: FastifyRequest): never {
  throw new CodedError('NOT_FOUND', { path: (url.split('?', 1)[0] ?? '').slice(0, 100) });
}

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? 'allowed' : `${Math.round(bytes / 1024 / 1024)} MB`);
