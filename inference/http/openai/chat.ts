import { Readable } from 'node:stream';
import Type, { type TSchema } from 'typebox';
import { CodedError } from '../../../core/errors.ts';
import { toCodedError } from '../../../core/http-errors.ts';
import { complete } from '../../llm/completion.ts';
import type { ChatChunk, ChatRequest } from '../../llm/provider.ts';
import { leaving } from '../leaving.ts';
import type { App, Services } from '../services.ts';
import { openAiError } from './error-shape.ts';

/** OpenAI's libraries send null for what is not set. */
const Maybe = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

const ChatBody = Type.Object({
  model: Maybe(Type.String({ maxLength: 200 })),
  messages: Type.Array(Type.Object({ role: Type.String({ maxLength: 32 }), content: Type.Optional(Type.Union([Type.String(), Type.Array(Type.Object({ type: Type.String() })), Type.Null()])) }), { minItems: 1, maxItems: 1_000 }),
  stream: Maybe(Type.Boolean()),
  temperature: Maybe(Type.Number({ minimum: 0, maximum: 2 })),
  max_tokens: Maybe(Type.Integer({ minimum: 1 })),
  max_completion_tokens: Maybe(Type.Integer({ minimum: 1 })),
  top_p: Maybe(Type.Number({ minimum: 0, maximum: 1 })),
  n: Maybe(Type.Integer({ minimum: 1, maximum: 128 })),
  seed: Maybe(Type.Integer()),
  stop: Maybe(Type.Union([Type.String(), Type.Array(Type.String())])),
  presence_penalty: Maybe(Type.Number({ minimum: -2, maximum: 2 })),
  frequency_penalty: Maybe(Type.Number({ minimum: -2, maximum: 2 })),
  tools: Maybe(Type.Array(Type.Object({ type: Type.String() }))),
  tool_choice: Maybe(Type.Union([Type.String(), Type.Object({ type: Type.String() })])),
  parallel_tool_calls: Maybe(Type.Boolean()),
  response_format: Maybe(Type.Object({ type: Type.String() })),
  stream_options: Maybe(Type.Object({ include_usage: Maybe(Type.Boolean()) })),
  reuse_cache: Maybe(Type.Boolean({ description: 'whether the reply is kept and one kept before will do; default: when `temperature` is 0' })),
}, { description: 'OpenAI’s request; each provider gets those of its fields that it takes' });

export function chatRoute(app: App, { chat }: Services): void {
  app.post('/v1/chat/completions', {
    config: { stage: 'language' },
    schema: { summary: 'A reply of the language model, as OpenAI’s', tags: ['OpenAI'], body: ChatBody },
  }, async ({ body: { stream, ...body } }, reply) => {
    if (!canBeWritten(body)) throw new CodedError('REQUEST_INVALID', { reason: 'it is nested too deeply' });
    const request = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as unknown as ChatRequest;
    // Until the first token a failure is an answer of its own, with its status.
    const { provider, cache, chunks } = await chat.reply(request, leaving(reply));
    void reply.headers({ 'x-llm-provider': provider, 'x-llm-cache': cache });
    if (stream !== true) return complete(chunks);
    const withUsage = body.stream_options?.include_usage === true;
    return reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
      .send(Readable.from(serverSentEvents(chunks, withUsage)));
  });
}

/** What can be read can be nested too deeply to be written again: in a provider's library that would look like a failure of the provider. */
function canBeWritten(body: object): boolean {
  try {
    JSON.stringify(body);
    return true;
  } catch {
    return false;
  }
}

/** @param withUsage whether the client takes a chunk that only counts: many fall over one without a choice */
async function* serverSentEvents(chunks: AsyncIterable<ChatChunk>, withUsage: boolean): AsyncGenerator<string, void> {
  try {
    for await (const chunk of chunks) if (withUsage || chunk.choices.length > 0) yield event(chunk);
    yield 'data: [DONE]\n\n';
  } catch (error) {
    // OpenAI's libraries throw what comes as `error`.
    yield event(openAiError(toCodedError(error)));
  }
}

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
