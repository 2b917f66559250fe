import type { FastifyRequest } from 'fastify';
import type { Credentials } from '../../core/credentials.ts';
import { CodedError } from '../../core/errors.ts';
import { isSecret } from '../../core/secrets.ts';
import type { ShownCredential } from './caller.ts';
import { LEARNER_COOKIE } from './learner-cookie.ts';

/**
 * The credential that a request shows: a bearer, else the learner's cookie. What a browser sends by itself is nobody's
 * fault, so that a cookie that is not good counts as none; a bearer that is not good is refused wherever it is shown.
 * @throws CodedError UNAUTHORIZED
 */
export async function shownCredential(request: FastifyRequest, serviceToken: string, credentials: Credentials): Promise<ShownCredential | undefined> {
  // Other schemes are none of ours: a proxy's passwords, LiveKit's signature of its webhooks.
  const [, bearer] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (bearer === undefined) return byCookie(request.cookies[LEARNER_COOKIE], credentials);
  if (isSecret(bearer, serviceToken)) return { caller: { role: 'service' }, by: 'bearer', issuedAt: 0, expiresAt: Infinity };
  const shown = await read(bearer, 'bearer', credentials);
  if (shown === undefined) throw new CodedError('UNAUTHORIZED');
  return shown;
}

async function byCookie(cookie: string | undefined, credentials: Credentials): Promise<ShownCredential | undefined> {
  const shown = cookie === undefined ? undefined : await read(cookie, 'cookie', credentials);
  return shown?.caller.role === 'learner' ? shown : undefined;
}

async function read(token: string, by: ShownCredential['by'], credentials: Credentials): Promise<ShownCredential | undefined> {
  const signed = await credentials.read(token);
  if (signed === undefined) return undefined;
  const { claims, issuedAt, expiresAt } = signed;
  const caller = claims.role === 'learner' ? { role: claims.role, id: claims.sub, exercise: claims.exercise } : { role: claims.role };
  return { caller, by, issuedAt, expiresAt };
}
