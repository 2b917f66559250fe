import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import type { Credentials, Invitations } from '../../core/credentials.ts';
import { CodedError } from '../../core/errors.ts';
import { admit, type Admission, type Pass } from './admission.ts';
import type { ShownCredential } from './caller.ts';
import { giveCookie } from './learner-cookie.ts';

/** A learner's credential is good for this long, in ms, and given anew after half of it. */
const LIFETIME = 365 * 24 * 3_600_000;

export interface DoorDeps {
  readonly config: Pick<Config, 'tokenService'>;
  readonly credentials: Credentials;
  readonly invitations: Invitations;
  readonly clock: Clock;
}

/** Lets learners in, and gives them something to be known by when they come again. */
export class Door {
  readonly #deps: DoorDeps;

  constructor(deps: DoorDeps) {
    this.#deps = deps;
  }

  /** @throws CodedError INVITATION_INVALID */
  async invitation(token: string): Promise<Pass> {
    const signed = await this.#deps.invitations.read(token);
    if (signed === undefined) throw new CodedError('INVITATION_INVALID');
    return { exercise: signed.claims.exercise, expiresAt: signed.expiresAt };
  }

  /** @throws CodedError INVITATION_NEEDED, INVITATION_INVALID, FORBIDDEN */
  async admit({ shown }: Pick<FastifyRequest, 'shown'>, { invitation, exercise }: { invitation?: string | undefined; exercise?: string | undefined }): Promise<Admission> {
    return admit({
      learners: this.#deps.config.tokenService.learners,
      shown, exercise,
      invitation: invitation === undefined ? undefined : await this.invitation(invitation),
    });
  }

  /** A credential for whom `admit` let in; a guest's ends with the invitation. */
  async credential({ id, guest }: Admission): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const expiresAt = guest?.expiresAt ?? this.#deps.clock.wall() + LIFETIME;
    const token = await this.#deps.credentials.sign({ role: 'learner', sub: id, ...(guest === undefined ? {} : { exercise: guest.exercise }) }, expiresAt);
    return { token, expiresAt };
  }

  /** Has the browser keep who it is, where it does not yet, or where that is half over. */
  async remember(request: FastifyRequest, reply: FastifyReply, admission: Admission): Promise<void> {
    if (!this.#forgets(request.shown, admission)) return;
    const { token, expiresAt } = await this.credential(admission);
    giveCookie(request, reply, token, expiresAt - this.#deps.clock.wall());
  }

  #forgets(shown: ShownCredential | undefined, { guest }: Admission): boolean {
    if (shown === undefined) return true;
    // An app keeps its bearer itself.
    if (shown.by === 'bearer') return false;
    if (guest === undefined) return this.#deps.clock.wall() > (shown.issuedAt + shown.expiresAt) / 2;
    const { caller, expiresAt } = shown;
    return caller.role !== 'learner' || caller.exercise !== guest.exercise || expiresAt !== guest.expiresAt;
  }
}
