import { Mistral } from '@mistralai/mistralai';
import type { ChatCompletionStreamRequest, CompletionChunk, DeltaMessage, ToolCall } from '@mistralai/mistralai/models/components';
import type { ChatChunk, ChatMessage, ChatProvider, ChatRequest, ToolCallDelta } from './provider.ts';
import { providerError } from './provider-error.ts';
import { commonFields, NOT_FOLLOWED, tokenLimit } from './request-fields.ts';

/** Mistral's own API, by its own library. */
export class MistralProvider implements ChatProvider {
  readonly name = 'mistral';
  readonly #client: Mistral;
  readonly #model: string;

  /**
   * @param baseUrl with or without the `/v1` that the library adds itself
   * @param model asked for where a request names none
   */
  constructor({ baseUrl, apiKey, model }: { baseUrl: string; apiKey: string; model: string }) {
    this.#model = model;
    this.#client = new Mistral({ apiKey, serverURL: baseUrl.replace(/\/(v1\/?)?$/, ''), retryConfig: { strategy: 'none' } });
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void> {
    let answered = false;
    try {
      const events = await this.#client.chat.stream(toMistral(request, request.model ?? this.#model), { signal, fetchOptions: NOT_FOLLOWED });
      answered = true;
      for await (const { data } of events) yield fromMistral(data);
    } catch (error) {
      signal.throwIfAborted();
      throw providerError(this.name, error, answered ? undefined : failedStatus(error));
    }
  }
}

/** Before there is a stream: the answer's status (200 where the library could not read it), or ours for a request that it would not send. */
function failedStatus(error: unknown): number | undefined {
  const { name, statusCode = 0 } = error as { name?: string; statusCode?: number };
  if (name === 'SDKValidationError') return 422;
  return statusCode >= 300 ? statusCode : undefined;
}

function toMistral(request: ChatRequest, model: string): ChatCompletionStreamRequest {
  const { messages, top_p: topP, seed: randomSeed, presence_penalty: presencePenalty, frequency_penalty: frequencyPenalty, tool_choice: toolChoice, parallel_tool_calls: parallelToolCalls, response_format: responseFormat, ...same } = commonFields(request);
  const renamed = { topP, randomSeed, presencePenalty, frequencyPenalty, toolChoice, parallelToolCalls, responseFormat: withJsonSchema(responseFormat), maxTokens: tokenLimit(request) };
  const given = Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined));
  // The library checks every field of it against its schema before it sends.
  return { ...same, ...given, model, messages: messages.map(toMistralMessage) } as unknown as ChatCompletionStreamRequest;
}

function toMistralMessage({ role, content, tool_calls: toolCalls, tool_call_id: toolCallId, name }: ChatMessage): unknown {
  const parts = Array.isArray(content) ? content.map((part: Record<string, unknown>) => ('image_url' in part ? { type: 'image_url', imageUrl: part['image_url'] } : part)) : content;
  switch (role) {
    case 'developer':
      return { role: 'system', content: parts };
    case 'assistant':
      return { role, content: parts, ...(Array.isArray(toolCalls) ? { toolCalls } : {}) };
    case 'tool':
      return { role, content: parts, toolCallId, ...(name === undefined ? {} : { name }) };
    default:
      return { role, content: parts };
  }
}

function withJsonSchema(format: unknown): unknown {
  if (typeof format !== 'object' || format === null || !('json_schema' in format)) return format;
  const { schema, ...named } = format.json_schema as Record<string, unknown>;
  return { type: 'json_schema', jsonSchema: { ...named, schemaDefinition: schema } };
}

function fromMistral({ id, created, model, choices, usage }: CompletionChunk): ChatChunk {
  return {
    id,
    object: 'chat.completion.chunk',
    created: created ?? Math.floor(Date.now() / 1000),
    model,
    choices: choices.map(({ index, delta, finishReason }) => ({
      index,
      delta: {
        ...(delta.role ? { role: delta.role } : {}),
        content: plainText(delta.content),
        ...(delta.toolCalls ? { tool_calls: delta.toolCalls.map(fromMistralToolCall) } : {}),
      },
      finish_reason: finishReason,
    })),
    ...(usage === undefined ? {} : { usage: { prompt_tokens: usage.promptTokens ?? 0, completion_tokens: usage.completionTokens ?? 0, total_tokens: usage.totalTokens ?? 0 } }),
  };
}

/** A delta is a string or a list of parts, of which only text is to be said (thinking and references are not). */
function plainText(content: DeltaMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => ('text' in part && typeof part.text === 'string' ? part.text : '')).join('');
}

/** Mistral sends a call whole; the library says number 0 where it has none. */
function fromMistralToolCall({ id, index, function: { name, arguments: given } }: ToolCall, position: number): ToolCallDelta {
  return { index: index || position, type: 'function', ...(id === undefined ? {} : { id }), function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) } };
}
