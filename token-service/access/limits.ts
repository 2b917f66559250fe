import type { RateLimitOptions } from '@fastify/rate-limit';
import type { Config } from '../../core/config.ts';

/** A body of names and identifiers is no longer, bytes. */
export const SMALL_BODY = 4_096;

/** How often one address (of IPv6: one /64 net) may ask a route that costs something. */
export const perMinute = ({ tokenService }: Pick<Config, 'tokenService'>): RateLimitOptions => ({ max: tokenService.requestsPerMinute, timeWindow: 60_000 });
