import { SignJWT, type JWTPayload } from 'jose';
import type { Secrets } from '../core/secrets.ts';

/**
 * A token is valid from so long before it is made: a media server whose clock is behind ours would not let its holder
 * in yet.
 */
const BACKDATED_SECONDS = 300;

export interface LiveKitClaims {
  /** Identity of a participant; undefined for a service. */
  readonly subject?: string;
  readonly claims: JWTPayload;
  readonly ttlSeconds: number;
  /** Unix ms. */
  readonly now?: number | undefined;
}

/** A token for the media server. Not made by LiveKit's own AccessToken, which sets the beginning of its life to this moment. */
export function livekitToken({ subject, claims, ttlSeconds, now = Date.now() }: LiveKitClaims, { livekitApiKey, livekitApiSecret }: Pick<Secrets, 'livekitApiKey' | 'livekitApiSecret'>): Promise<string> {
  const seconds = Math.floor(now / 1_000);
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer(livekitApiKey).setNotBefore(seconds - BACKDATED_SECONDS).setExpirationTime(seconds + ttlSeconds);
  if (subject !== undefined) token.setSubject(subject);
  return token.sign(new TextEncoder().encode(livekitApiSecret));
}
