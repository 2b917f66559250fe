import rateLimit from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { systemClock, type Clock } from '../core/clock.ts';
import { inferenceUrls, type Config } from '../core/config.ts';
import { credentialsOf, invitationsOf } from '../core/credentials.ts';
import { CodedError } from '../core/errors.ts';
import { misfitError, toCodedError } from '../core/http-errors.ts';
import type { Logger } from '../core/log.ts';
import { createRegistry } from '../core/metrics.ts';
import { homeFolder, ROOT } from '../core/paths.ts';
import { refuseDevKeys, storeSecrets, type Secrets, type StoreSecrets } from '../core/secrets.ts';
import { openStore } from '../sessions/store.ts';
import packageFile from '../package.json' with { type: 'json' };
import { Door } from './access/door.ts';
import { openToAll, registerGuard } from './access/guard.ts';
import { LEARNER_COOKIE } from './access/learner-cookie.ts';
import { CoachLeases } from './coach-leases.ts';
import { registerCors } from './cors.ts';
import { ExerciseShelf } from './exercise-shelf.ts';
import { InferenceProbe } from './inference-probe.ts';
import { LiveKitRooms } from './livekit-rooms.ts';
import { RoomWatch } from './room-watch.ts';
import { exerciseRoutes } from './routes/exercises.ts';
import { healthRoutes } from './routes/health.ts';
import { pageRoutes } from './routes/page.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { learnerRoutes } from './routes/learners.ts';
import { personaRoutes } from './routes/personas.ts';
import { coachRoutes } from './routes/coach.ts';
import { learnerDataRoutes } from './routes/learner-data.ts';
import { liveRoute } from './routes/live.ts';
import { recordingRoutes } from './routes/recordings.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { tokenRoute } from './routes/token.ts';
import { webhookRoute } from './routes/webhooks.ts';
import { addSecurityHeaders } from './security-headers.ts';
import type { App, Services } from './services.ts';

export interface TokenServiceDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly registry?: Registry;
  /** Data folder; sessions are kept in it, unless the secrets name a database. */
  readonly home?: string;
  readonly storeSecrets?: StoreSecrets;
  /** The built page. */
  readonly webFolder?: string;
}

/**
 * The token service, ready to listen or to be injected into. `close()` ends all that it started.
 * @throws CodedError DEV_KEYS_EXPOSED
 */
export async function build(deps: TokenServiceDeps): Promise<App> {
  const { config, secrets, log, clock = systemClock, registry = createRegistry('token-service'), home = homeFolder() } = deps;
  refuseDevKeys(config.host, secrets);

  const rooms = new LiveKitRooms(config.livekit.url, secrets, config.agent.name);
  const store = await openStore({ home, settings: config.sessions, secrets: deps.storeSecrets ?? storeSecrets(), clock, log });
  const shelf = new ExerciseShelf(config.exercises, log);
  const leases = new CoachLeases({ rooms, store, shelf, clock, log, registry });
  const watch = new RoomWatch({ rooms, store, leases, clock, log, registry });
  const [credentials, invitations] = [credentialsOf(secrets, clock), invitationsOf(secrets, clock)];
  const services: Services = {
    config, secrets, clock, registry, rooms, store, shelf, leases,
    credentials, invitations, door: new Door({ config, credentials, invitations, clock }),
    inference: new InferenceProbe(inferenceUrls(config), clock),
    webFolder: deps.webFolder ?? join(ROOT, 'web/dist'),
  };

  const logger: FastifyBaseLogger = log;
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answer,
    genReqId: () => randomUUID(),
    // A proxy on this machine tells by which address it was asked.
    trustProxy: 'loopback',
    // Schemas say how long a part of an address may be; an invitation is one.
    routerOptions: { maxParamLength: 16_384 },
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.addHook('onClose', async () => {
    await watch.close();
    await store.close();
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSchemaErrorFormatter((errors, part) => misfitError(errors, part));
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request) => {
    throw new CodedError('NOT_FOUND', { path: (request.url.split('?', 1)[0] ?? '').slice(0, 100) });
  });
  addSecurityHeaders(app, config);
  await registerCors(app, config.tokenService.corsOrigins);
  await registerGuard(app, { serviceToken: secrets.serviceToken, credentials: services.credentials });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) => new CodedError('TOO_MANY_REQUESTS', { seconds: Math.ceil(ttl / 1_000) }),
  });
  await app.register(fastifySSE);
  await describe(app);
  await app.register((scope, _options, done) => {
    tokenRoute(scope, services);
    learnerRoutes(scope, services);
    invitationRoutes(scope, services);
    exerciseRoutes(scope, services);
    personaRoutes(scope, services);
    coachRoutes(scope, services);
    sessionRoutes(scope, services);
    liveRoute(scope, services);
    recordingRoutes(scope, services);
    learnerDataRoutes(scope, services);
    webhookRoute(scope, services);
    healthRoutes(scope, services);
    done();
  });
  await pageRoutes(app, services);
  return app;
}

/** Every refusal and failure leaves in the table's form; what is our fault is logged with its cause. */
function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const coded = toCodedError(error, { type: request.headers['content-type'], limit: `${String(request.routeOptions.bodyLimit)} bytes` });
  if (coded.entry.status >= 500) request.log.error({ err: coded.cause ?? coded, code: coded.code, details: coded.details, route: request.routeOptions.url }, coded.message);
  void reply.code(coded.entry.status).send(coded.toBody());
}

async function describe(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: { title: 'Eloquence token service', version: packageFile.version, description: 'Access to coaching rooms, the exercises, and what the coaches need.' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, serviceToken: { type: 'http', scheme: 'bearer' }, learner: { type: 'apiKey', in: 'cookie', name: LEARNER_COOKIE } } },
    },
  });
  await app.register(async (scope) => {
    openToAll(scope);
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  });
}
