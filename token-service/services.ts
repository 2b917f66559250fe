import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Credentials, Invitations } from '../core/credentials.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Store } from '../sessions/store.ts';
import type { Door } from './access/door.ts';
import type { CoachLeases } from './coach-leases.ts';
import type { ExerciseShelf } from './exercise-shelf.ts';
import type { InferenceProbe } from './inference-probe.ts';
import type { LiveKitRooms } from './livekit-rooms.ts';

/** A Fastify instance whose routes take their types from their TypeBox schemas. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider>;

/** What the routes work with. */
export interface Services {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly credentials: Credentials;
  readonly invitations: Invitations;
  readonly door: Door;
  readonly rooms: LiveKitRooms;
  readonly store: Store;
  readonly shelf: ExerciseShelf;
  readonly leases: CoachLeases;
  readonly inference: InferenceProbe;
  /** The built page. */
  readonly webFolder: string;
}
