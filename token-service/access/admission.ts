import { randomBytes } from 'node:crypto';
import { CodedError } from '../../core/errors.ts';
import type { ShownCredential } from './caller.ts';

/** One exercise until a moment (Unix ms): what an invitation gives. */
export interface Pass {
  readonly exercise: string;
  readonly expiresAt: number;
}

/** Whom a learner's route goes on with. */
export interface Admission {
  /** The learner's id. */
  readonly id: string;
  /** What it is about; undefined: the room's or the default one. */
  readonly exercise: string | undefined;
  /** Set: a guest, who may do what the pass says and nothing else. */
  readonly guest: Pass | undefined;
}

export interface AdmissionRequest {
  /** `tokenService.learners`: whether strangers may come. */
  readonly learners: 'anyone' | 'invited';
  readonly shown: ShownCredential | undefined;
  readonly invitation: Pass | undefined;
  /** What is asked for. */
  readonly exercise: string | undefined;
}

/**
 * Who comes in, and to what. A stranger becomes the guest of the invitation, a guest that of the newer one; a learner
 * stays a learner. Staff and services come in as somebody new each time.
 * @throws CodedError INVITATION_NEEDED for a stranger where strangers may not come, FORBIDDEN for another exercise than the pass is for
 */
export function admit({ learners, shown, invitation, exercise }: AdmissionRequest): Admission {
  if (shown === undefined && invitation === undefined && learners === 'invited') throw new CodedError('INVITATION_NEEDED');
  const held = shown && passOf(shown);
  const pass = invitation ?? held;
  if (pass !== undefined && exercise !== undefined && exercise !== pass.exercise) throw new CodedError('FORBIDDEN');
  return {
    id: shown?.caller.role === 'learner' ? shown.caller.id : newLearner(),
    exercise: pass?.exercise ?? exercise,
    guest: shown === undefined || held !== undefined ? pass : undefined,
  };
}

function passOf({ caller, expiresAt }: ShownCredential): Pass | undefined {
  return caller.role === 'learner' && caller.exercise !== undefined ? { exercise: caller.exercise, expiresAt } : undefined;
}

/** 16 characters that say nothing of whom they stand for. */
export const newLearner = (): string => randomBytes(12).toString('base64url');
