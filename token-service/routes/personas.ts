import Type from 'typebox';
import { inferenceUrls } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { perMinute } from '../access/limits.ts';
import { PersonaSamples } from '../persona-samples.ts';
import type { App, Services } from '../services.ts';

const HOUR_SECONDS = 3_600;
const Sample = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9_]{1,63}$' }) });
const SampleQuery = Type.Object({ language: Type.Optional(Type.Enum(['fr', 'en'], { description: 'default: stt.language' })) });

export function personaRoutes(app: App, { config, shelf }: Services): void {
  const samples = new PersonaSamples(inferenceUrls(config));

  app.get('/personas/:id/sample', {
    config: { access: 'public', rateLimit: perMinute(config) },
    schema: {
      summary: 'A sentence by the voice of a coach (WAV)',
      tags: ['learners'],
      params: Sample,
      querystring: SampleQuery,
      produces: ['audio/wav'],
      response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), '4xx': ErrorReply, '5xx': ErrorReply },
    },
  }, async (request, reply) => {
    const { id } = request.params;
    const personas = new Map(shelf.lessons().map(({ persona }) => [persona.id, persona]));
    const persona = personas.get(id);
    if (persona === undefined) throw new CodedError('PERSONA_UNKNOWN', { persona: id, known: [...personas.keys()].join(', ') || 'none' });
    const sample = await samples.sample(persona, request.query.language ?? config.stt.language);
    return reply.headers({ 'content-type': 'audio/wav', 'cache-control': `public, max-age=${String(HOUR_SECONDS)}` }).send(sample);
  });
}
