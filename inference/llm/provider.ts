/** A chat request in OpenAI's terms, checked by the route. */
export interface ChatRequest {
  /** A model of the client's own choice; without it each provider takes its default. */
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
  /** With one of the last chunks, where the provider counts. */
  readonly usage?: Usage | null;
}

/** Tokens of a request, in OpenAI's terms. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** How many of the prompt were already evaluated. */
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
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

/** One hosted or local language model. Its key stays inside; chain, deadlines, breaker, cache and metrics are wrapped from outside. */
export interface ChatProvider {
  readonly name: string;
  /**
   * A request is answered in its own time and goes on when the chunk before was taken.
   * @throws CodedError LLM_REFUSED, LLM_FAILED, …: a provider's own words are never passed on.
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk>;
  /** Why it cannot answer now, where it knows that itself. */
  ailment?(): string | undefined;
  /** Rejects when it could not start; it is tried again. */
  ready?(): Promise<unknown>;
  close?(): Promise<void>;
}
