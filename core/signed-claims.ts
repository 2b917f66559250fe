import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { systemClock, type Clock } from './clock.ts';

const ISSUER = 'eloquence';
const ALGORITHM = 'HS256';
/** Clocks of the machines that sign and read may differ by so much. */
const SKEW_SECONDS = 300;

/** What each token has besides. */
const REGISTERED = new Set(['iss', 'aud', 'iat', 'exp']);

/** What was signed, with its times in Unix ms. */
export interface Signed<Claims> {
  readonly claims: Claims;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Claims that this installation signed: JWTs under a key that follows from the service token and from what they are
 * for, so that nothing need be kept, and what was signed for one purpose is nothing for another.
 */
export class SignedClaims<Schema extends TSchema> {
  readonly #key: KeyObject;
  readonly #purpose: string;
  readonly #schema: Schema;
  readonly #clock: Clock;

  /** @param purpose names the key and the audience */
  constructor({ purpose, schema, serviceToken, clock = systemClock }: { purpose: string; schema: Schema; serviceToken: string; clock?: Clock }) {
    this.#key = createSecretKey(createHmac('sha256', serviceToken).update(`eloquence ${purpose}`).digest());
    this.#purpose = purpose;
    this.#schema = schema;
    this.#clock = clock;
  }

  /** @param expiresAt Unix ms; seconds are kept */
  sign(claims: Static<Schema> & object, expiresAt: number): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(this.#purpose)
      .setIssuedAt(Math.floor(this.#clock.wall() / 1_000))
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(this.#key);
  }

  /** Undefined for what is forged, bent, over, signed with another key or for another purpose: nobody is told which. */
  async read(token: string): Promise<Signed<Static<Schema>> | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: this.#purpose,
        requiredClaims: ['iat', 'exp'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.#clock.wall()),
      });
      const { iat = 0, exp = 0 } = payload;
      const claims = Object.fromEntries(Object.entries(payload).filter(([name]) => !REGISTERED.has(name)));
      return Value.Check(this.#schema, claims) ? { claims, issuedAt: iat * 1_000, expiresAt: exp * 1_000 } : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
