import Type, { type Static } from 'typebox';
import { ExerciseView } from './exercise-view.ts';

/** An invitation as it goes from hand to hand: signed, and opaque to all but the token service. */
export const InvitationToken = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,1024}$' });

/** `POST /invitations`, of authors and operators. */
export const InvitationRequest = Type.Object({
  exercise: Type.String({ pattern: '^[a-z0-9_]{1,64}$' }),
  hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8_760, default: 168, description: 'how long it is good for' })),
  host: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$', description: 'public name of this service, where it is another than the one that was asked: coach.example, or with a port' })),
}, { additionalProperties: false });
export type InvitationRequest = Static<typeof InvitationRequest>;

export const InvitationReply = Type.Object({
  invitation: Type.String(),
  link: Type.String({ description: 'to pass on' }),
  exercise: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
});
export type InvitationReply = Static<typeof InvitationReply>;

/** `GET /invitations/:token`: what one is invited to. */
export const InvitationView = Type.Object({ exercise: ExerciseView, expiresAt: Type.String({ format: 'date-time' }) });
export type InvitationView = Static<typeof InvitationView>;

/** `POST /learners`, for apps: who keep a bearer instead of a cookie. */
export const LearnerRequest = Type.Object({ invitation: Type.Optional(InvitationToken) }, { additionalProperties: false });
export type LearnerRequest = Static<typeof LearnerRequest>;

export const LearnerReply = Type.Object({
  learner: Type.String({ description: 'id: what this learner’s sessions are found by' }),
  token: Type.String({ description: 'to be sent as `Authorization: Bearer …`' }),
  expiresAt: Type.String({ format: 'date-time', description: 'ask again with the bearer before' }),
});
export type LearnerReply = Static<typeof LearnerReply>;
