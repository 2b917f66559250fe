import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../core/loopback.ts';

const FORWARDED = ['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/**
 * Whether a program of this machine asks, by the machine's own name for itself, and no proxy for somebody else. (A
 * page that had its own name point here would ask by that name.)
 */
export function isLocalRequest({ socket, headers, hostname }: Pick<FastifyRequest, 'socket' | 'headers' | 'hostname'>): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return isLoopback(address) && isLoopback(hostname) && FORWARDED.every((name) => headers[name] === undefined);
}
