import Type from 'typebox';
import { CodedError } from '../../../core/errors.ts';
import type { App, Services } from '../services.ts';

const Model = Type.Object({ id: Type.String(), object: Type.Literal('model'), created: Type.Integer(), owned_by: Type.String() });

export function modelRoutes(app: App, { chat, synthesiser }: Services): void {
  const list = (): { id: string; object: 'model'; created: number; owned_by: string }[] =>
    ['whisper-1', 'tts-1', ...Object.keys(synthesiser.health()), ...chat.models()].map((id) => ({ id, object: 'model', created: 0, owned_by: 'eloquence' }));

  app.get('/v1/models', {
    schema: { summary: 'The models that the other routes take', tags: ['OpenAI'], response: { 200: Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) }) } },
  }, () => ({ object: 'list' as const, data: list() }));

  app.get('/v1/models/:id', {
    schema: { summary: 'One model', tags: ['OpenAI'], params: Type.Object({ id: Type.String() }), response: { 200: Model } },
  }, ({ params: { id }, url }) => {
    const model = list().find((candidate) => candidate.id === id);
    if (model === undefined) throw new CodedError('NOT_FOUND', { path: url.slice(0, 100) });
    return model;
  });
}
