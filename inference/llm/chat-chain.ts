import { Counter, Histogram, type Registry } from 'prom-client';
import { Breaker } from '../../core/breaker.ts';
import type { Clock } from '../../core/clock.ts';
import { CodedError, isCodedError, type ErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import type { ChatChunk, ChatProvider, ChatRequest, Usage } from './provider.ts';
import { ReplyReader } from './reply-reader.ts';

/** How long a provider may be silent, in ms. */
export interface Deadlines {
  readonly firstTokenDeadline: number;
  readonly stallDeadline: number;
}

/** A reply under way: its first token is there. */
export interface ProviderReply {
  readonly provider: string;
  /** As they are made. Leaving the loop cancels the rest at the provider. After the first token nobody else can go on: a failure throws. */
  readonly chunks: AsyncIterable<ChatChunk>;
}

interface Link extends Deadlines {
  readonly provider: ChatProvider;
  readonly breaker: Breaker;
}

/** What says something about the request and nothing about the provider. */
const OF_THE_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LLM_TOOLS_UNSUPPORTED', 'LLM_TOO_LONG']);

/** The language models in the configuration's order: the first that answers in time leads, the next stands in before its first token. */
export class ChatChain {
  readonly #links: readonly Link[];
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #attempts: Counter<'provider' | 'outcome'>;
  readonly #fallbacks: Counter<'provider'>;
  readonly #tokens: Counter<'provider' | 'kind'>;
  readonly #firstToken: Histogram<'provider'>;

  constructor(providers: readonly (Deadlines & { readonly provider: ChatProvider })[], { log, registry, clock }: { log: Logger; registry: Registry; clock: Clock }) {
    this.#links = providers.map((link) => ({ ...link, breaker: new Breaker({ name: link.provider.name }) }));
    this.#log = log;
    this.#clock = clock;
    this.#attempts = new Counter({ name: 'llm_attempts_total', help: 'Replies asked of a provider, by outcome (ok, broken_off or an error code)', labelNames: ['provider', 'outcome'], registers: [registry] });
    this.#fallbacks = new Counter({ name: 'llm_fallbacks_total', help: 'Replies by another provider than the first of the order', labelNames: ['provider'], registers: [registry] });
    this.#tokens = new Counter({ name: 'llm_tokens_total', help: 'Tokens as the provider counts them: prompt, those of it that were already evaluated (cached), completion', labelNames: ['provider', 'kind'], registers: [registry] });
    this.#firstToken = new Histogram({ name: 'llm_first_token_seconds', help: 'From request to first token', labelNames: ['provider'], buckets: [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10], registers: [registry] });
  }

  /** Whether there is any provider. Without one the coach is the scripted one. */
  available(): boolean {
    return this.#links.length > 0;
  }

  /** Undefined where there is no provider: nothing is missing then. */
  health(): { status: HealthStatus; detail: string } | undefined {
    if (!this.available()) return undefined;
    const ailing = this.#links.filter(({ breaker, provider }) => breaker.state === 'open' || provider.ailment?.() !== undefined).map(({ provider }) => provider.name);
    const names = this.#links.map(({ provider }) => provider.name).join(', ');
    if (ailing.length === 0) return { status: 'ok', detail: names };
    return { status: ailing.length === this.#links.length ? 'down' : 'degraded', detail: `${names}; failing: ${ailing.join(', ')}` };
  }

  /** Rejects when a local model could not start. */
  async ready(): Promise<void> {
    await Promise.all(this.#links.flatMap(({ provider }) => provider.ready?.() ?? []));
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.flatMap(({ provider }) => provider.close?.() ?? []));
  }

  /**
   * @param except providers that are not asked (any more), and what to throw when no other is left
   * @throws CodedError `otherwise`; else the last provider's LLM_REFUSED, LLM_FAILED, LLM_TIMEOUT, … or, while it rests, ENGINE_UNAVAILABLE
   */
  async begin(request: ChatRequest, signal: AbortSignal, { names, otherwise }: { names: ReadonlySet<string>; otherwise: CodedError }): Promise<ProviderReply> {
    let failure = otherwise;
    const links = this.#links.filter(({ provider }) => !names.has(provider.name));
    for (const link of links) {
      const { provider: { name: provider } } = link;
      try {
        const reply = await this.#attempt(link, request, signal, link === links.at(-1));
        this.#attempts.inc({ provider, outcome: 'ok' });
        if (link !== this.#links[0]) this.#fallbacks.inc({ provider });
        return { provider, chunks: this.#watched(reply, signal) };
      } catch (error) {
        signal.throwIfAborted();
        if (!isCodedError(error)) throw error;
        failure = error;
        this.#attempts.inc({ provider, outcome: error.code });
        this.#log.warn({ provider, code: error.code, reason: error.message }, 'the language model did not answer');
      }
    }
    throw failure;
  }

  async *#watched(reply: ReplyReader, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    const { provider } = reply;
    let usage: Usage | undefined;
    try {
      for await (const chunk of reply) {
        usage = chunk.usage ?? usage;
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      this.#log.warn({ provider, code: isCodedError(error) ? error.code : 'INTERNAL' }, 'the language model broke off');
      this.#attempts.inc({ provider, outcome: 'broken_off' });
      throw error;
    } finally {
      if (usage !== undefined) this.#count(provider, usage);
    }
  }

  #count(provider: string, { prompt_tokens: prompt, completion_tokens: completion, prompt_tokens_details: details }: Usage): void {
    for (const [kind, tokens] of Object.entries({ prompt, completion, cached: details?.cached_tokens })) {
      if (Number.isSafeInteger(tokens) && Number(tokens) > 0) this.#tokens.inc({ provider, kind }, Number(tokens));
    }
  }

  /** Behind the breaker: from the request to the first token. */
  async #attempt({ provider, breaker, firstTokenDeadline, stallDeadline }: Link, request: ChatRequest, signal: AbortSignal, last: boolean): Promise<ReplyReader> {
    const ailment = provider.ailment?.();
    if (ailment !== undefined) throw new CodedError('ENGINE_UNAVAILABLE', { engine: provider.name, reason: ailment });
    const startedAt = this.#clock.now();
    const begun = await breaker.run(async () => {
      const reply = new ReplyReader(provider, request, { signal, stallDeadline, clock: this.#clock });
      try {
        await reply.firstToken(last ? stallDeadline : firstTokenDeadline);
        this.#firstToken.observe({ provider: provider.name }, (this.#clock.now() - startedAt) / 1000);
        return reply;
      } catch (error) {
        if (isOfTheRequest(error, request)) return error;
        // Whoever gave up after the deadline gave up because of the provider.
        const waited = Math.round(this.#clock.now() - startedAt);
        throw signal.aborted && waited >= firstTokenDeadline ? new CodedError('LLM_TIMEOUT', { provider: provider.name, ms: waited }) : error;
      }
    });
    if (begun instanceof CodedError) throw begun;
    return begun;
  }
}

/**
 * A 404 is of the request when the client chose the model: it must not take the coach from everybody else. For our own
 * model it means that its name or the address is wrong, which no request will get past: that counts, shows in /health,
 * and the next provider leads at once.
 */
function isOfTheRequest(error: unknown, { model }: ChatRequest): error is CodedError {
  if (!isCodedError(error)) return false;
  if (error.code !== 'LLM_REFUSED') return OF_THE_REQUEST.has(error.code);
  const status = Number(error.details['status']);
  return [400, 413, 422].includes(status) || (status === 404 && model !== undefined);
}
