import Type from 'typebox';
import { complete } from '../llm/completion.ts';
import { leaving } from './leaving.ts';
import type { App, Services } from './services.ts';

export function generateRoute(app: App, { chat }: Services): void {
  app.post('/generate', {
    config: { stage: 'language' },
    schema: {
      summary: 'A prompt, answered by the language model',
      tags: ['language model'],
      body: Type.Object({ prompt: Type.String({ minLength: 1, maxLength: 100_000 }), max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 32_768 })) }, { additionalProperties: false }),
      response: { 200: Type.Object({ text: Type.String() }) },
    },
  }, async ({ body: { prompt, max_tokens } }, reply) => {
    const request = { messages: [{ role: 'user', content: prompt }], ...(max_tokens !== undefined && { max_tokens }) };
    const { chunks } = await chat.reply(request, leaving(reply));
    const { choices } = await complete(chunks);
    return { text: choices[0]?.message.content ?? '' };
  });
}
