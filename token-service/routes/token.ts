import { Histogram } from 'prom-client';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { TokenReply, TokenRequest } from '../../protocol/token.ts';
import { accessToken } from '../access-token.ts';
import type { App, Services } from '../services.ts';
import { learnerId } from '../learner-identity.ts';
import { livekitUrlFor } from '../public-url.ts';

/** Ask for more and it is no token request. */
const BODY_LIMIT = 16_384;
const NAMELESS = { fr: 'Apprenant', en: 'Learner' };

export function tokenRoute(app: App, { config, secrets, leases, registry }: Services): void {
  const duration = new Histogram({ name: 'eloquence_token_seconds', help: 'From POST /token to its reply.', labelNames: ['status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3], registers: [registry] });

  app.post('/token', {
    bodyLimit: BODY_LIMIT,
    config: { rateLimit: { max: config.tokenService.requestsPerMinute, timeWindow: 60_000 } },
    schema: {
      summary: 'A place in a room with a coach',
      description: 'Opens the room and orders its coach. Also understands LiveKit’s standard token-endpoint names, so that the token sources of the LiveKit client SDKs work unchanged.',
      tags: ['learners'],
      body: TokenRequest,
      response: { 200: TokenReply, '4xx': ErrorReply, '5xx': ErrorReply },
    },
    onResponse: (_request, reply, done) => {
      duration.observe({ status: reply.statusCode }, reply.elapsedTime / 1_000);
      done();
    },
  }, async (request, reply) => {
    const { body } = request;
    const { record, exerciseId } = await leases.open(body.room ?? body.room_name, body.exercise);
    const learner = learnerId(request, reply);
    const token = await accessToken({
      room: record.room,
      learner: {
        identity: body.participant_identity === undefined ? `learner-${learner}` : `${body.participant_identity}-${learner}`,
        name: (body.participant ?? body.participant_name ?? body.participant_identity)?.trim() || NAMELESS[config.stt.language],
        metadata: body.participant_metadata,
        attributes: body.participant_attributes,
      },
      permissions: body.permissions,
      ttlMinutes: config.tokenService.tokenTtlMinutes,
    }, secrets);
    const url = livekitUrlFor(request, config);
    request.log.info({ room: record.room, session: record.id, exercise: exerciseId }, 'token given');
    return { token, url, room: record.room, session: record.id, participant_token: token, server_url: url } satisfies TokenReply;
  });
}
