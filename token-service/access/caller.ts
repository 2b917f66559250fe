import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../core/errors.ts';

/** Who a request comes from. */
export type Caller =
  | { readonly role: 'learner'; readonly id: string; /** Of a guest: the only one that is open. */ readonly exercise?: string | undefined }
  | { readonly role: 'author' | 'operator' | 'service' };

type Role = Caller['role'];

/**
 * Who may come in by a route: everybody, or those of these roles. `local`: a program of this machine that asks without
 * a proxy in between.
 */
export type Access = 'public' | readonly (Role | 'local')[];

/** A credential that was shown and is good. */
export interface ShownCredential {
  readonly caller: Caller;
  readonly by: 'bearer' | 'cookie';
  /** Unix ms; the service token has no times. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may come in by this route. One that does not say it is refused at the start. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Undefined: nobody that is known. */
    shown: ShownCredential | undefined;
  }
}

/**
 * Who asks.
 * @throws CodedError UNAUTHORIZED on a public route that nobody known asks
 */
export function callerOf({ shown }: Pick<FastifyRequest, 'shown'>): Caller {
  if (shown === undefined) throw new CodedError('UNAUTHORIZED');
  return shown.caller;
}

/** Operators and services may into what is any learner's. */
export const isTrusted = ({ role }: Caller): boolean => role === 'operator' || role === 'service';

/**
 * What is a learner's is open to that learner, to operators and to services.
 * @param learner id of whose it is; undefined: it is nobody's
 * @throws CodedError UNAUTHORIZED, FORBIDDEN
 */
export function assertOwn(request: Pick<FastifyRequest, 'shown'>, learner: string | undefined): void {
  const caller = callerOf(request);
  const may = caller.role === 'learner' ? caller.id === learner : isTrusted(caller);
  if (!may) throw new CodedError('FORBIDDEN');
}
