import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
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
  if (typeof coded.details['seconds'] === 'number') void reply.header('retry-after', coded.details['seconds']);
  // OpenAI's libraries try again by status alone unless they are told.
  if (request.url.startsWith('/v1/')) void reply.header('x-should-retry', String(coded.retryable)).send(openAiError(coded));
  else void reply.send(coded.toBody());
}

export function answerNotFound({ url }: FastifyRequest): never {
  throw new CodedError('NOT_FOUND', { path: (url.split('?', 1)[0] ?? '').slice(0, 100) });
}

/** For a path that cannot be read, which no hook hears of: whoever wanted to open a WebSocket there would keep the connection. */
export function answerUnreadable(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { socket } = request.raw;
  reply.raw.once('finish', () => socket.destroySoon());
  answerError(error, request, reply.header('connection', 'close'));
}

/** By Node's code; all else is no HTTP. */
const BROKEN: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'it took too long to arrive',
  HPE_HEADER_OVERFLOW: 'its headers are too long',
};

/** What cannot even be read as a request has no reply to answer with; nor a path, so the form is the table's. */
export function answerBroken({ code = '' }: Error & { code?: string }, socket: Socket): void {
  const error = new CodedError('REQUEST_INVALID', { reason: BROKEN[code] ?? 'it is not HTTP' });
  const body = JSON.stringify(error.toBody());
  if (socket.writable) socket.write(`HTTP/1.1 ${error.entry.status} Bad Request\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  socket.destroy();
}

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? 'allowed' : `${Math.round(bytes / 1024 / 1024)} MB`);
