import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ChatChunk, ChatProvider, ChatRequest } from './provider.ts';
import { providerError } from './provider-error.ts';
import { commonFields, NOT_FOLLOWED, tokenLimit } from './request-fields.ts';

/** Any server that speaks OpenAI's chat completions: OpenAI, Scaleway, vLLM, Ollama, llama.cpp, … */
export class OpenAiCompatible implements ChatProvider {
  readonly name: string;
  readonly #client: OpenAI;
  readonly #model: string;
  readonly #limitField: 'max_tokens' | 'max_completion_tokens';
  readonly #withUsage: object;

  /**
   * @param baseUrl with its `/v1`
   * @param model asked for where a request names none
   */
  constructor({ name, baseUrl, apiKey, model }: { name: string; baseUrl: string; apiKey: string; model: string }) {
    this.name = name;
    this.#model = model;
    // The chain retries, with the next provider; and the library's log would quote the answer.
    this.#client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, logLevel: 'off', organization: null, project: null, fetchOptions: NOT_FOLLOWED });
    const { hostname } = new URL(baseUrl);
    // OpenAI's newer models refuse the old name, other servers the new one.
    this.#limitField = hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
    // Mistral counts without being asked, and answers 422 to it.
    this.#withUsage = hostname === 'api.mistral.ai' ? {} : { stream_options: { include_usage: true } };
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    const limit = tokenLimit(request);
    const body = {
      ...commonFields(request),
      model: request.model ?? this.#model,
      ...(limit === undefined ? {} : { [this.#limitField]: limit }),
      stream: true,
      ...this.#withUsage,
    };
    try {
      // The route has checked the fields that matter; the server checks the rest.
      const chunks = await this.#client.chat.completions.create(body as unknown as ChatCompletionCreateParamsStreaming, { signal });
      for await (const chunk of chunks) yield chunk;
    } catch (error) {
      signal.throwIfAborted();
      throw providerError(this.name, error, error instanceof OpenAI.APIError ? (error.status as number | undefined) : undefined);
    }
    // An aborted stream of the library ends as if it were complete.
    signal.throwIfAborted();
  }
}
