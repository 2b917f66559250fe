import { Histogram } from 'prom-client';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { LEARNER_ATTRIBUTES } from '../../protocol/room.ts';
import { TokenReply, TokenRequest } from '../../protocol/token.ts';
import { isTrusted } from '../access/caller.ts';
import { perMinute } from '../access/limits.ts';
import { accessToken } from '../access-token.ts';
import { livekitUrlFor } from '../public-url.ts';
import type { App, Services } from '../services.ts';

/** Ask for more and it is no token request. */
const BODY_LIMIT = 16_384;
const NAMELESS = { fr: 'Apprenant', en: 'Learner' };

export function tokenRoute(app: App, { config, secrets, leases, door, registry }: Services): void {
  const duration = new Histogram({ name: 'eloquence_token_seconds', help: 'From POST /token to its reply.', labelNames: ['status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3], registers: [registry] });

  app.post('/token', {
    bodyLimit: BODY_LIMIT,
    config: { access: 'public', rateLimit: perMinute(config) },
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
    const admission = await door.admit(request, body);
    const { id: learner, exercise } = admission;
    const session = await leases.open({ room: body.room ?? body.room_name, exercise, learner, record: body.record ?? false, trusted: request.shown !== undefined && isTrusted(request.shown.caller) });
    const { record, exerciseId } = session;
    // Recorded is whose session it is: nobody else could have it erased.
    const recorded = body.record === true && session.learner === learner;
    await door.remember(request, reply, admission);
    const name = (body.participant ?? body.participant_name ?? body.participant_identity)?.trim() || NAMELESS[config.stt.language];
    const token = await accessToken({
      room: record.room,
      learner: {
        identity: body.participant_identity === undefined ? `learner-${learner}` : `${body.participant_identity}-${learner}`,
        name,
        metadata: body.participant_metadata,
        attributes: { ...body.participant_attributes, ...(recorded ? { [LEARNER_ATTRIBUTES.record]: 'yes' } : {}) },
      },
      permissions: body.permissions,
      ttlMinutes: config.tokenService.tokenTtlMinutes,
    }, secrets);
    const url = livekitUrlFor(request, config);
    request.log.info({ room: record.room, session: record.id, exercise: exerciseId }, 'token given');
    return { token, url, room: record.room, session: record.id, participant_token: token, server_url: url, room_name: record.room } satisfies TokenReply;
  });
}
