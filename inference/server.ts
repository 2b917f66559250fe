import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Histogram } from 'prom-client';
import { misfitError } from '../core/http-errors.ts';
import packageFile from '../package.json' with { type: 'json' };
import { takeUploads } from './http/audio-upload.ts';
import { answerError, answerNotFound } from './http/error-answer.ts';
import { generateRoute } from './http/generate.ts';
import { healthRoutes } from './http/health.ts';
import { chatRoute } from './http/openai/chat.ts';
import { modelRoutes } from './http/openai/models.ts';
import { openAiSpeechRoute } from './http/openai/speech.ts';
import { transcriptionsRoute } from './http/openai/transcriptions.ts';
import type { App, Services } from './http/services.ts';
import { speechRoute } from './http/speech.ts';
import { streamRoute } from './http/stream.ts';
import { transcribeRoute } from './http/transcribe.ts';

/** The inference server around its engines, ready to listen or to be injected into. The engines stay the caller's to close. */
export async function build(services: Services): Promise<App> {
  const logger: FastifyBaseLogger = services.log;
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerError,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSchemaErrorFormatter((errors, part) => misfitError(errors, part));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  measure(app, services);
  await app.register(swagger, { openapi: { info: { title: 'Eloquence inference', version: packageFile.version, description: 'Speech to text, text to speech and language models, local and hosted. WebSocket `/stream`: docs/inference-api.md.' } } });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  await streamRoute(app, services);
  await app.register(async (scope: App) => {
    await takeUploads(scope);
    transcribeRoute(scope, services);
    transcriptionsRoute(scope, services);
  });
  await app.register((scope: App, _options, done) => {
    speechRoute(scope, services);
    openAiSpeechRoute(scope, services);
    chatRoute(scope, services);
    modelRoutes(scope, services);
    generateRoute(scope, services);
    healthRoutes(scope, services);
    done();
  });
  return app;
}

function measure(app: App, { registry }: Services): void {
  const duration = new Histogram({ name: 'http_request_seconds', help: 'From request to the end of its answer', labelNames: ['route', 'status'], buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30], registers: [registry] });
  app.addHook('onResponse', (request, reply, done) => {
    duration.observe({ route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
