import { WebhookReceiver, type WebhookEvent } from 'livekit-server-sdk';
import { Counter } from 'prom-client';
import { CodedError } from '../../core/errors.ts';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';
import type { App, Services } from '../services.ts';

/** The media server's clock may differ from ours by so much. */
const SKEW_SECONDS = 300;

/** LiveKit tells what happens in its rooms. The signature covers the body's bytes, so they are read as they came. */
export function webhookRoute(app: App, { secrets, leases, rooms, registry }: Services): void {
  const receiver = new WebhookReceiver(secrets.livekitApiKey, secrets.livekitApiSecret);
  const events = new Counter({ name: 'eloquence_livekit_events_total', help: 'Verified webhooks of the media server.', labelNames: ['event'], registers: [registry] });

  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    scope.post('/webhooks/livekit', { config: { access: 'public' }, schema: { summary: 'LiveKit’s webhooks', tags: ['services'] } }, async (request, reply) => {
      const event = await receiver.receive(request.body as string, request.headers.authorization, false, SKEW_SECONDS).catch((cause: unknown) => {
        throw new CodedError('WEBHOOK_UNSIGNED', {}, { cause });
      });
      events.inc({ event: event.event });
      // LiveKit waits for the answer, and tries again without one; what follows from the news is no concern of its.
      void follow(event).catch((err: unknown) => request.log.warn({ err, event: event.event }, 'a webhook could not be followed up'));
      return reply.code(204).send();
    });
    done();
  });

  async function follow({ event, room, participant }: WebhookEvent): Promise<void> {
    if (room === undefined || participant === undefined) return;
    if (event === 'participant_joined') await leases.tend(room.name);
    if (event === 'participant_left' && rooms.isCoach(participant)) {
      const closed = participant.attributes[COACH_ATTRIBUTES.stage] === 'ended';
      await leases.coachLeft(room.name, { joinedAt: Number(participant.joinedAtMs), closed });
    }
  }
}
