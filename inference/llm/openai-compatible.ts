import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ChatChunk, ChatProvider, ChatRequest } from './provider.ts';
import { providerError } from './provider-error.ts';
import { commonFields, modelAt, tokenLimit } from './request-fields.ts';

/** Any server that speaks OpenAI's chat completions: OpenAI, Scaleway, vLLM, Ollama, llama.cpp, … */
export class OpenAiCompatible implements ChatProvider {
  readonly name: string;
  readonly #client: OpenAI;
  readonly #limitField: 'max_tokens' | 'max_completion_tokens';

  /** @param baseUrl with its `/v1` */
  constructor({ name, baseUrl, apiKey }: { name: string; baseUrl: string; apiKey: string }) {
    this.name = name;
    // The chain retries, with the next provider; and the library's log would quote the answer.
    this.#client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, logLevel: 'off', organization: null, project: null });
    // OpenAI's newer models refuse the old name, other servers the new one.
    this.#limitField = new URL(baseUrl).hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    const limit = tokenLimit(request);
    const body = {
      ...commonFields(request),
      model: modelAt(this.#client.baseURL, request.model ?? ''),
      ...(limit === undefined ? {} : { [this.#limitField]: limit }),
      stream: true,
    };
    try {
      // The route has checked the fields that matter; the server checks the rest.
      const chunks = await this.#client.chat.completions.create(body as unknown as ChatCompletionCreateParamsStreaming, { signal });
      for await (const chunk of chunks) yield chunk as unknown as ChatChunk;
    } catch (error) {
      signal.throwIfAborted();
      throw providerError(this.name, error, error instanceof OpenAI.APIError ? (error.status as number | undefined) : undefined);
    }
    // An aborted stream of the library ends as if it were complete.
    signal.throwIfAborted();
  }
}
