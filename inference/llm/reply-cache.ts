import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ChatCompletion } from './completion.ts';
import type { ChatRequest } from './provider.ts';
import { commonFields, tokenLimit } from './request-fields.ts';

export interface KeptReply {
  readonly provider: string;
  readonly completion: ChatCompletion;
}

/**
 * Names a request without telling what was said; undefined for one whose reply is not to be kept. Kept is what somebody
 * asked to be the same each time: by `reuse_cache: true`, or by a temperature of 0 of the request's own. So what a
 * learner says in a session, which is asked for with neither, is never kept.
 * @param asked as the client sent it
 * @param request with the configuration's defaults
 */
export function cacheKey(asked: ChatRequest, request: ChatRequest): string | undefined {
  const reuse = asked['reuse_cache'] ?? asked.temperature === 0;
  const tools = asked['tools'];
  if (reuse !== true || (Array.isArray(tools) && tools.length > 0)) return undefined;
  return createHash('sha256').update(JSON.stringify([request.model, tokenLimit(request), commonFields(request)])).digest('hex');
}

/** Whole replies to fixed questions, in memory alone, by bytes and age. One that was cut short is not kept. */
export class ReplyCache {
  readonly #replies: LRUCache<string, KeptReply>;

  constructor({ maxBytes, ttlSeconds }: { maxBytes: number; ttlSeconds: number }) {
    this.#replies = new LRUCache({ maxSize: Math.max(1, Math.floor(maxBytes)), sizeCalculation: (reply) => Buffer.byteLength(JSON.stringify(reply)), ttl: ttlSeconds * 1000 });
  }

  get(key: string): KeptReply | undefined {
    return this.#replies.get(key);
  }

  keep(key: string, reply: KeptReply): void {
    if (reply.completion.choices.every(({ finish_reason }) => finish_reason === 'stop')) this.#replies.set(key, reply);
  }
}
