import { Counter, type Registry } from 'prom-client';
import { systemClock, type Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import { ChatChain, type ProviderReply } from './chat-chain.ts';
import { asChunks, complete, type ChatCompletion } from './completion.ts';
import type { ChatChunk, ChatRequest } from './provider.ts';
import { createProviders, type ProviderDeps } from './providers.ts';
import { cacheKey, ReplyCache } from './reply-cache.ts';
import { formatOf, type ReplyFormat } from './reply-format.ts';

/** `off`: this request is not one whose reply is kept. */
type CacheState = 'hit' | 'miss' | 'off';

/** A reply under way: its first token is there. */
export interface ChatReply extends ProviderReply {
  readonly cache: CacheState;
}

interface Parts {
  readonly chain: ChatChain;
  readonly cache: ReplyCache;
  readonly llm: Config['llm'];
  readonly registry: Registry;
}

/** The language model as the routes see it: the chain of providers, a cache before it, and replies that fit the schema asked for. */
export class Chat {
  readonly #chain: ChatChain;
  readonly #cache: ReplyCache;
  readonly #llm: Config['llm'];
  readonly #lookups: Counter<'result'>;
  readonly #misfits: Counter<'provider'>;

  constructor({ chain, cache, llm, registry }: Parts) {
    this.#chain = chain;
    this.#cache = cache;
    this.#llm = llm;
    this.#lookups = new Counter({ name: 'llm_cache_total', help: 'Replies to requests that may be kept, by whether one was (hit, miss)', labelNames: ['result'], registers: [registry] });
    this.#misfits = new Counter({ name: 'llm_misfits_total', help: 'Replies that did not fit the JSON schema asked for', labelNames: ['provider'], registers: [registry] });
  }

  /** Whether there is a language model. Without one the coach is the scripted one. */
  available(): boolean {
    return this.#chain.available();
  }

  /** What a client may ask for: the configured model. */
  models(): string[] {
    return this.available() ? [this.#llm.model] : [];
  }

  /** Undefined where there is no language model: nothing is missing then. */
  health(): { status: HealthStatus; detail: string } | undefined {
    return this.#chain.health();
  }

  /** Rejects when a local model could not start; it is tried again. */
  ready(): Promise<void> {
    return this.#chain.ready();
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  /**
   * Resolves with the first token, or with the whole reply where a format is asked for: it has to be checked.
   * @throws CodedError LLM_NOT_CONFIGURED, LLM_SCHEMA_INVALID, LLM_REPLY_MISFIT, or what the last provider failed with
   */
  async reply(asked: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    const request = this.#withDefaults(asked);
    const format = formatOf(request);
    const key = cacheKey(asked, request);
    const kept = key === undefined ? undefined : this.#cache.get(key);
    if (key !== undefined) this.#lookups.inc({ result: kept ? 'hit' : 'miss' });
    if (kept !== undefined) return { provider: kept.provider, cache: 'hit', chunks: replay(kept.completion) };
    const reply = format === undefined ? await this.#chain.begin(request, signal, { names: new Set(), otherwise: new CodedError('LLM_NOT_CONFIGURED') }) : await this.#fitting(request, format, signal);
    return key === undefined ? { ...reply, cache: 'off' } : { ...reply, cache: 'miss', chunks: this.#keeping(reply, key) };
  }

  /** A reply that does not fit is asked for once more, then of the next provider. Nothing was passed on yet, so one that breaks off is followed as well. */
  async #fitting(request: ChatRequest, format: ReplyFormat, signal: AbortSignal): Promise<ProviderReply> {
    const misfits = new Set<string>();
    const spent = new Set<string>();
    let failure = new CodedError('LLM_NOT_CONFIGURED');
    for (;;) {
      const { provider, chunks } = await this.#chain.begin(request, signal, { names: spent, otherwise: failure });
      try {
        const completion = await complete(chunks);
        if (format.fits(completion)) return { provider, chunks: replay(completion) };
        this.#misfits.inc({ provider });
        failure = new CodedError('LLM_REPLY_MISFIT', { provider });
        if (misfits.has(provider)) spent.add(provider);
        misfits.add(provider);
      } catch (error) {
        signal.throwIfAborted();
        if (!isCodedError(error)) throw error;
        failure = error;
        spent.add(provider);
      }
    }
  }

  async *#keeping({ provider, chunks }: ProviderReply, key: string): AsyncGenerator<ChatChunk, void> {
    const passed: ChatChunk[] = [];
    for await (const chunk of chunks) {
      passed.push(chunk);
      yield chunk;
    }
    this.#cache.keep(key, { provider, completion: await complete(passed) });
  }

  /** Clients name our default, or nothing, or a model of their own choice. */
  #withDefaults({ model, ...request }: ChatRequest): ChatRequest {
    const { model: ours, temperature, maxTokens } = this.#llm;
    return { ...request, ...(model && model !== ours && { model }), temperature: request.temperature ?? temperature, max_tokens: request.max_tokens ?? maxTokens };
  }
}

async function* replay(completion: ChatCompletion): AsyncGenerator<ChatChunk, void> {
  await Promise.resolve();
  yield* asChunks(completion);
}

/** @throws CodedError LLM_MODEL_MISSING, CONFIG_INVALID for a key that cannot be one */
export async function createChat({ llm, inference }: Config, { registry, clock = systemClock, ...deps }: Omit<ProviderDeps, 'threads' | 'env'> & { registry: Registry; env?: NodeJS.ProcessEnv; clock?: Clock }): Promise<Chat> {
  const log = deps.log.child({ part: 'llm' });
  const links = await createProviders(llm, { env: process.env, ...deps, log, threads: inference.threads });
  const cache = new ReplyCache({ maxBytes: llm.cache.megabytes * 1024 * 1024, ttlSeconds: llm.cache.ttlSeconds });
  return new Chat({ chain: new ChatChain(links, { log, registry, clock }), cache, llm, registry });
}
