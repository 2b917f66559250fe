import { Gauge } from 'prom-client';
import type { Config } from '../../core/config.ts';
import { CodedError } from '../../core/errors.ts';
import type { App, Services } from './services.ts';

/** What the server does for its clients, each with its own bound (inference.limits). */
export type Stage = keyof Config['inference']['limits'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counted against this stage’s bound from its request to the end of its answer. */
    stage?: Stage;
  }
}

const TITLES: Readonly<Record<Stage, string>> = { speech: 'Speech', transcriptions: 'Transcription', language: 'The language model', streams: 'Recognition' };
/** When it is worth trying again, s: the longest usual answer of the stage. */
const AGAIN: Readonly<Record<Stage, number>> = { speech: 1, transcriptions: 5, language: 2, streams: 5 };

/** How many requests of each stage are under way. */
export class Admission {
  readonly #limits: Config['inference']['limits'];
  readonly #under: Record<Stage, number> = { speech: 0, transcriptions: 0, language: 0, streams: 0 };

  constructor({ config, registry }: Pick<Services, 'config' | 'registry'>) {
    this.#limits = config.inference.limits;
    const underWay = this.#under;
    new Gauge({
      name: 'inference_in_flight',
      help: 'Requests under way, by stage.',
      labelNames: ['stage'],
      registers: [registry],
      collect() {
        for (const [stage, count] of Object.entries(underWay)) this.set({ stage }, count);
      },
    });
  }

  /** Under way, and how many may be. */
  get stages(): { stage: Stage; count: number; limit: number }[] {
    return (Object.keys(this.#under) as Stage[]).map((stage) => ({ stage, count: this.#under[stage], limit: this.#limits[stage] }));
  }

  /** The returned function ends it. @throws CodedError OVERLOADED: waiting would only make it worse for all */
  enter(stage: Stage): () => void {
    if (this.#under[stage] >= this.#limits[stage]) throw new CodedError('OVERLOADED', { what: TITLES[stage], seconds: AGAIN[stage] });
    this.#under[stage] += 1;
    return () => {
      this.#under[stage] -= 1;
    };
  }
}

/** Counts each request of a route that names its stage. */
export function admitByStage(app: App, admission: Admission): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { stage } = request.routeOptions.config;
    if (stage !== undefined) reply.raw.once('close', admission.enter(stage));
    done();
  });
}
