import type { ChatRequest } from './provider.ts';

/** What every OpenAI-compatible server is known to take. `store`, `user`, `metadata` and the like stay here: some answer 422 to them, and none needs to know. */
const COMMON = ['messages', 'temperature', 'top_p', 'stop', 'seed', 'n', 'presence_penalty', 'frequency_penalty', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format'] as const;

export type CommonFields = Readonly<Partial<Record<(typeof COMMON)[number], unknown>>> & Pick<ChatRequest, 'messages'>;

export function commonFields(request: ChatRequest): CommonFields {
  const fields = Object.fromEntries(COMMON.filter((name) => request[name] !== undefined && request[name] !== null).map((name) => [name, request[name]]));
  return { ...fields, messages: request.messages };
}

/** The limit by either of OpenAI's names for it. */
export function tokenLimit(request: ChatRequest): number | undefined {
  const limit = request['max_completion_tokens'] ?? request.max_tokens;
  return typeof limit === 'number' ? limit : undefined;
}

/** A redirect would take the learner's words to another host, and within one host the key as well: it is no answer. */
export const NOT_FOLLOWED = { redirect: 'manual' } as const;

/** The default model is an open one that two vendors do not serve (any more) on their own addresses: what they have in its place. */
const OPEN_MODEL = 'mistral-nemo-instruct-2407';
const IN_ITS_PLACE: ReadonlyMap<string, string> = new Map([['api.mistral.ai', 'ministral-8b-latest'], ['api.openai.com', 'gpt-4o-mini']]);

/** What our default `model` is called at the server `baseUrl`, where the configuration does not say. */
export function defaultModelAt(baseUrl: string, model: string): string {
  return (model === OPEN_MODEL ? IN_ITS_PLACE.get(new URL(baseUrl).hostname) : undefined) ?? model;
}
