/** A chat request in OpenAI's terms, checked by the route. */
export interface ChatRequest {
  readonly model?: string;
  readonly messages: readonly ChatMessage[];
  readonly temperature?: number;
  readonly max_tokens?: number;
  /** OpenAI's other fields; each provider gets those that it is known to take. */
  readonly [field: string]: unknown;
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

/** An OpenAI `chat.completion.chunk`, as it goes to the client. */
export interface ChatChunk {
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly ChatChoice[];
  readonly usage?: Readonly<Record<string, unknown>> | null;
}

interface ChatChoice {
  readonly index: number;
  readonly delta: ChatDelta;
  readonly finish_reason: string | null;
}

interface ChatDelta {
  readonly role?: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly ToolCallDelta[];
}

/** A tool call in pieces: those of one `index` belong together, their `arguments` are joined. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/** One hosted or local language model. Its key stays inside; chain, deadline and breaker are wrapped from outside. */
export interface ChatProvider {
  readonly name: string;
  /** @throws CodedError LLM_REFUSED or LLM_FAILED: a provider's own words are never passed on. */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk>;
}
