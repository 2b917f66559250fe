import { Counter, Histogram, type Registry } from 'prom-client';
import { Breaker } from '../../core/breaker.ts';
import { systemClock, type Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { CodedError, isCodedError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { HealthStatus } from '../../protocol/health.ts';
import type { ChatChunk, ChatProvider, ChatRequest } from './provider.ts';
import { ReplyReader } from './reply-reader.ts';

/** Each reads its key, and is loaded only if it has one: the libraries are most of a second of JavaScript. */
const PROVIDERS: Readonly<Record<string, (llm: Config['llm'], env: NodeJS.ProcessEnv) => Promise<ChatProvider | undefined>>> = {
  async mistral({ mistralBaseUrl: baseUrl }, { MISTRAL_API_KEY: apiKey }) {
    if (!apiKey) return undefined;
    const { MistralProvider } = await import('./mistral.ts');
    return new MistralProvider({ baseUrl, apiKey });
  },
  scaleway: ({ scalewayBaseUrl }, { SCALEWAY_SECRET_KEY }) => openAiCompatible('scaleway', scalewayBaseUrl, SCALEWAY_SECRET_KEY),
  'openai-compatible': ({ openaiBaseUrl }, { OPENAI_API_KEY }) => openAiCompatible('openai-compatible', openaiBaseUrl, OPENAI_API_KEY),
};

async function openAiCompatible(name: string, baseUrl: string, apiKey: string | undefined): Promise<ChatProvider | undefined> {
  if (!apiKey) return undefined;
  const { OpenAiCompatible } = await import('./openai-compatible.ts');
  return new OpenAiCompatible({ name, baseUrl, apiKey });
}

interface Link {
  readonly provider: ChatProvider;
  readonly breaker: Breaker;
}

/** The language models in the configuration's order: the first that answers in time leads, the next stands in before its first token. */
export class ChatChain {
  readonly #links: readonly Link[];
  readonly #llm: Config['llm'];
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #attempts: Counter<'provider' | 'outcome'>;
  readonly #firstToken: Histogram<'provider'>;

  constructor(providers: readonly ChatProvider[], llm: Config['llm'], { log, registry, clock = systemClock }: { log: Logger; registry: Registry; clock?: Clock }) {
    this.#links = providers.map((provider) => ({ provider, breaker: new Breaker({ name: provider.name }) }));
    this.#llm = llm;
    this.#log = log.child({ part: 'llm' });
    this.#clock = clock;
    this.#attempts = new Counter({ name: 'llm_attempts_total', help: 'Replies asked of a provider, by outcome (ok or an error code)', labelNames: ['provider', 'outcome'], registers: [registry] });
    this.#firstToken = new Histogram({ name: 'llm_first_token_seconds', help: 'From request to first token', labelNames: ['provider'], buckets: [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5], registers: [registry] });
  }

  /** Whether any provider has a key. Without one the coach is the scripted one. */
  available(): boolean {
    return this.#links.length > 0;
  }

  /** What a client may ask for: the configured model. */
  models(): string[] {
    return this.available() ? [this.#llm.model] : [];
  }

  /** Undefined where no provider has a key: nothing is missing then. */
  health(): { status: HealthStatus; detail: string } | undefined {
    if (!this.available()) return undefined;
    const resting = this.#links.filter(({ breaker }) => breaker.state === 'open').map(({ provider }) => provider.name);
    const names = this.#links.map(({ provider }) => provider.name).join(', ');
    if (resting.length === 0) return { status: 'ok', detail: names };
    return { status: resting.length === this.#links.length ? 'down' : 'degraded', detail: `${names}; failing: ${resting.join(', ')}` };
  }

  /**
   * The reply as it is made; the first chunk comes with its first token. Leaving the loop cancels it at the provider.
   * @throws CodedError LLM_NOT_CONFIGURED; else the last provider's LLM_REFUSED, LLM_FAILED, LLM_TIMEOUT or, while all
   * rest, ENGINE_UNAVAILABLE; after the first token there is no other provider to go on, and the loop throws.
   */
  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    const reply = await this.#begin(this.#withDefaults(request), signal);
    try {
      yield* reply;
    } catch (error) {
      signal.throwIfAborted();
      this.#log.warn({ provider: reply.provider, code: isCodedError(error) ? error.code : 'INTERNAL' }, 'the language model broke off');
      this.#attempts.inc({ provider: reply.provider, outcome: 'broken_off' });
      throw error;
    }
  }

  async #begin(request: ChatRequest, signal: AbortSignal): Promise<ReplyReader> {
    let failure = new CodedError('LLM_NOT_CONFIGURED');
    for (const [place, link] of this.#links.entries()) {
      const { provider: { name: provider } } = link;
      try {
        const reply = await this.#attempt(link, request, signal, place === this.#links.length - 1);
        this.#attempts.inc({ provider, outcome: 'ok' });
        return reply;
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

  /** Behind the breaker: from the request to the first token. */
  async #attempt({ provider, breaker }: Link, request: ChatRequest, signal: AbortSignal, last: boolean): Promise<ReplyReader> {
    const { firstTokenDeadline, stallDeadline } = this.#llm;
    const startedAt = this.#clock.now();
    const begun = await breaker.run(async () => {
      const reply = new ReplyReader(provider, request, { signal, stallDeadline, clock: this.#clock });
      try {
        await reply.firstToken(last ? stallDeadline : firstTokenDeadline);
        this.#firstToken.observe({ provider: provider.name }, (this.#clock.now() - startedAt) / 1000);
        return reply;
      } catch (error) {
        if (isCodedError(error, 'LLM_REFUSED') && this.#isOfTheRequest(Number(error.details['status']), request)) return error;
        // Whoever gave up after the deadline gave up because of the provider.
        const waited = Math.round(this.#clock.now() - startedAt);
        throw signal.aborted && waited >= firstTokenDeadline ? new CodedError('LLM_TIMEOUT', { provider: provider.name, ms: waited }) : error;
      }
    });
    if (begun instanceof CodedError) throw begun;
    return begun;
  }

  /**
   * Whether a refusal says something about the request and nothing about the provider. A 404 does when the client chose
   * the model: it must not take the coach from everybody else. For our own model it means that llm.model or the address
   * is wrong, which no request will get past: that counts, shows in /health, and the next provider leads at once.
   */
  #isOfTheRequest(status: number, { model }: ChatRequest): boolean {
    return [400, 413, 422].includes(status) || (status === 404 && model !== this.#llm.model);
  }

  /** Clients name our default, or nothing, or a model of their own choice. */
  #withDefaults(request: ChatRequest): ChatRequest {
    const { model, temperature, maxTokens } = this.#llm;
    return { ...request, model: request.model || model, temperature: request.temperature ?? temperature, max_tokens: request.max_tokens ?? maxTokens };
  }
}

/**
 * @param deps.env where the keys are
 * @throws CodedError CONFIG_INVALID when a provider is not known
 */
export async function createChatChain({ llm }: Config, { log, registry, env = process.env }: { log: Logger; registry: Registry; env?: NodeJS.ProcessEnv }): Promise<ChatChain> {
  const providers = await Promise.all(llm.providers.map((name) => {
    const create = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
    if (create === undefined) throw new CodedError('CONFIG_INVALID', { file: 'config/eloquence.yaml', path: '/llm/providers', reason: `there is no provider ${name}` });
    return create(llm, env);
  }));
  return new ChatChain(providers.filter((provider) => provider !== undefined), llm, { log, registry });
}
