import Type, { type Static } from 'typebox';
import type { Clock } from './clock.ts';
import { SignedClaims } from './signed-claims.ts';

const ExerciseId = Type.String({ pattern: '^[a-z0-9_]{1,64}$' });

/** A learner is 16 random characters; with `exercise` a guest, who may do that one alone. */
const LearnerCredential = Type.Object({ role: Type.Literal('learner'), sub: Type.String({ pattern: '^[A-Za-z0-9_-]{16}$' }), exercise: Type.Optional(ExerciseId) }, { additionalProperties: false });

/** Those who prepare (authors) and those who run the installation (operators). */
const StaffCredential = Type.Object({ role: Type.Enum(['author', 'operator']) }, { additionalProperties: false });

/** Who somebody is, as this installation vouches for it. */
export const Credential = Type.Union([LearnerCredential, StaffCredential]);
export type Credential = Static<typeof Credential>;

const Invitation = Type.Object({ exercise: ExerciseId }, { additionalProperties: false });

export type Credentials = SignedClaims<typeof Credential>;
export type Invitations = SignedClaims<typeof Invitation>;

interface Keys {
  readonly serviceToken: string;
}

/** Reads and signs credentials. Another service token ends all that there are. */
export const credentialsOf = ({ serviceToken }: Keys, clock?: Clock): Credentials =>
  new SignedClaims({ purpose: 'credential', schema: Credential, serviceToken, ...(clock === undefined ? {} : { clock }) });

/** Reads and signs invitations to one exercise. */
export const invitationsOf = ({ serviceToken }: Keys, clock?: Clock): Invitations =>
  new SignedClaims({ purpose: 'invitation', schema: Invitation, serviceToken, ...(clock === undefined ? {} : { clock }) });

/** The link that an invitation is passed on as. What follows `#` is not sent to any server, so no log of one has it. */
export const invitationLink = (base: string, invitation: string): string => `${base.replace(/\/+$/, '')}/#invitation=${invitation}`;
