import { Readable } from 'node:stream';
import Type, { type TSchema } from 'typebox';
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
}, { description: 'OpenAI’s request; each provider gets those of its fields that it takes' });

export function chatRoute(app: App, { chat }: Services): void {
  app.post('/v1/chat/completions', {
    schema: { summary: 'A reply of the language model, as OpenAI’s', tags: ['OpenAI'], body: ChatBody },
  }, async ({ body: { stream, ...body } }, reply) => {
    const request = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as unknown as ChatRequest;
    const chunks = chat.stream(request, leaving(reply));
    if (stream !== true) return complete(chunks);
    // Until the first token a failure is an answer of its own, with its status.
    const first = await chunks.next();
    return reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
      .send(Readable.from(serverSentEvents(first, chunks)));
  });
}

async function* serverSentEvents(first: IteratorResult<ChatChunk, void>, rest: AsyncIterable<ChatChunk>): AsyncGenerator<string, void> {
  try {
    if (first.done !== true) yield event(first.value);
    for await (const chunk of rest) yield event(chunk);
    yield 'data: [DONE]\n\n';
  } catch (error) {
    // OpenAI's libraries throw what comes as `error`.
    yield event(openAiError(toCodedError(error)));
  }
}

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
