import Type from 'typebox';
import { publicView } from '../../coaching/exercise-view.ts';
import { invitationLink } from '../../core/credentials.ts';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { InvitationReply, InvitationRequest, InvitationToken, InvitationView } from '../../protocol/invitation.ts';
import { perMinute, SMALL_BODY } from '../access/limits.ts';
import { pageUrlFor } from '../public-url.ts';
import type { App, Services } from '../services.ts';

const HOUR = 3_600_000;
const WEEK_HOURS = 168;

/** Invitations are kept nowhere: what is signed in one is all there is of it. */
export function invitationRoutes(app: App, { config, clock, shelf, door, invitations }: Services): void {
  app.post('/invitations', {
    bodyLimit: SMALL_BODY,
    config: { access: ['author', 'operator'], rateLimit: perMinute(config) },
    schema: {
      summary: 'Invites to one exercise',
      tags: ['authors'],
      security: [{ bearer: [] }],
      body: InvitationRequest,
      response: { 200: InvitationReply, '4xx': ErrorReply },
    },
  }, async (request): Promise<InvitationReply> => {
    const { exercise, hours = WEEK_HOURS, host } = request.body;
    shelf.lesson(exercise);
    const expiresAt = clock.wall() + hours * HOUR;
    const invitation = await invitations.sign({ exercise }, expiresAt);
    return { invitation, link: invitationLink(pageUrlFor(request, host), invitation), exercise, expiresAt: new Date(expiresAt).toISOString() };
  });

  app.get('/invitations/:token', {
    config: { access: 'public', rateLimit: perMinute(config) },
    schema: {
      summary: 'What an invitation is to',
      tags: ['learners'],
      params: Type.Object({ token: InvitationToken }),
      response: { 200: InvitationView, '4xx': ErrorReply },
    },
  }, async (request): Promise<InvitationView> => {
    const pass = await door.invitation(request.params.token);
    const { exercise, persona } = shelf.lesson(pass.exercise);
    return { exercise: publicView(exercise, persona), expiresAt: new Date(pass.expiresAt).toISOString() };
  });
}
