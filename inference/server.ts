import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Histogram } from 'prom-client';
import { systemClock } from '../core/clock.ts';
import { misfitError } from '../core/http-errors.ts';
import packageFile from '../package.json' with { type: 'json' };
import { Admission, admitByStage } from './http/admission.ts';
import { takeUploads } from './http/audio-upload.ts';
import { answerBroken, answerError, answerNotFound, answerUnreadable } from './http/error-answer.ts';
import { generateRoute } from './http/generate.ts';
import { healthRoutes } from './http/health.ts';
import { chatRoute } from './http/openai/chat.ts';
import { modelRoutes } from './http/openai/models.ts';
import { openAiSpeechRoute } from './http/openai/speech.ts';
import { transcriptionsRoute } from './http/openai/transcriptions.ts';
import { RecentErrors } from './http/recent-errors.ts';
import type { App, Services } from './http/services.ts';
import { speechRoute } from './http/speech.ts';
import { statusRoutes } from './http/status.ts';
import { streamRoute } from './http/stream.ts';
import { transcribeRoute } from './http/transcribe.ts';

/** Longest time for a request to arrive, ms: 100 MB at 3 Mbit/s. A client that stops in the middle would keep its place in its stage for ever. */
const ARRIVAL = 300_000;

/** The inference server around its engines, ready to listen or to be injected into. The engines stay the caller's to close. */
export async function build(services: Services): Promise<App> {
  const logger: FastifyBaseLogger = services.log;
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerBroken,
    requestTimeout: ARRIVAL,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSchemaErrorFormatter((errors, part) => misfitError(errors, part));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  const errors = new RecentErrors(systemClock);
  const admission = new Admission(services);
  measure(app, services, errors);
  admitByStage(app, admission);
  await app.register(swagger, { openapi: { info: { title: 'Eloquence inference', version: packageFile.version, description: 'Speech to text, text to speech and language models, local and hosted. WebSocket `/stream`: docs/inference-api.md.' } } });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  await streamRoute(app, services, admission);
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
    statusRoutes(scope, services, { admission, errors });
    done();
  });
  return app;
}

function measure(app: App, { registry }: Services, errors: RecentErrors): void {
  const duration = new Histogram({ name: 'http_request_seconds', help: 'From request to the end of its answer', labelNames: ['route', 'status'], buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30], registers: [registry] });
  app.addHook('onError', (request, reply, error, done) => {
    if (!reply.raw.destroyed) errors.add(request.routeOptions.url ?? 'none', error); // else the client has left
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    duration.observe({ route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
