import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import type { Chat } from '../llm/chat.ts';
import type { ComputeGate } from '../process/compute-gate.ts';
import type { Recogniser } from '../stt/recogniser.ts';
import type { Synthesiser } from '../tts/synthesiser.ts';

/** A Fastify instance whose routes take their types from their TypeBox schemas. */
export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider>;

/** What the routes work with. */
export interface Services {
  readonly config: Config;
  readonly log: Logger;
  readonly registry: Registry;
  readonly recogniser: Recogniser;
  readonly synthesiser: Synthesiser;
  readonly gate: ComputeGate;
  /** What operators and other services show. */
  readonly serviceToken: string;
  readonly chat: Chat;
}
