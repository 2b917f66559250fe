import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from '../core/config.ts';
import type { Secrets } from '../core/secrets.ts';
import type { CoachLeases } from './coach-leases.ts';
import type { ExerciseShelf } from './exercise-shelf.ts';
import type { InferenceProbe } from './inference-probe.ts';
import type { LiveKitRooms } from './livekit-rooms.ts';
import type { Sessions } from './sessions.ts';

/** A Fastify instance whose routes take their types from their TypeBox schemas. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider>;

/** What the routes work with. */
export interface Services {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly registry: Registry;
  readonly rooms: LiveKitRooms;
  readonly sessions: Sessions;
  readonly shelf: ExerciseShelf;
  readonly leases: CoachLeases;
  readonly inference: InferenceProbe;
  /** The built page. */
  readonly webFolder: string;
}
