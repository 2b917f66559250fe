import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isCodedError } from '../../core/errors.ts';
import { Health, worst, type HealthStatus } from '../../protocol/health.ts';
import type { App, Services } from '../services.ts';
import packageFile from '../../package.json' with { type: 'json' };

type Part = Health['parts'][string];

/** A coach that has not come within this, in ms, is a matter for the operator. */
const COACH_LATE = 20_000;

export function healthRoutes(app: App, services: Services): void {
  app.get('/health', {
    config: { access: 'public' },
    schema: { summary: 'How this service is, part by part', tags: ['operators'], response: { 200: Health, 503: Health } },
  }, async (_request, reply) => {
    const health = await look(services);
    return reply.code(health.status === 'down' ? 503 : 200).send(health);
  });

  app.get('/metrics', {
    config: { access: ['service', 'operator', 'local'] },
    schema: { summary: 'Prometheus metrics', description: 'Open to what asks directly from this machine.', tags: ['operators'], security: [{ bearer: [] }] },
  }, async (_request, reply) =>
    reply.type(services.registry.contentType).send(await services.registry.metrics()));
}

async function look({ rooms, store, inference, leases, shelf, webFolder }: Services): Promise<Health> {
  const [livekit, database, speech] = await Promise.all([reachable(() => rooms.ping()), reachable(() => store.check()), inference.look()]);
  const findings = shelf.findings();
  const coachless = leases.coachless(COACH_LATE);
  const parts = {
    livekit,
    database,
    inference: part(speech.status, speech.detail),
    coaches: coachless === 0 ? part('ok') : part('degraded', `${coachless} room(s) wait for a coach: is an agent running, with room for more?`),
    exercises: shelf.lessons().length === 0 ? part('down', findings[0] ?? 'there are none') : part(findings.length === 0 ? 'ok' : 'degraded', findings[0]),
    web: existsSync(join(webFolder, 'index.html')) ? part('ok') : part('degraded', 'the page is not built: npm run build:web'),
  } satisfies Record<string, Part>;
  // Without the other parts a session is poorer; without these three there is none.
  const needed: HealthStatus[] = [parts.livekit.status, parts.database.status, parts.exercises.status];
  const helpful = [parts.inference, parts.coaches, parts.web].map(({ status }): HealthStatus => (status === 'ok' ? 'ok' : 'degraded'));
  return { service: 'token-service', status: worst([...needed, ...helpful]), version: packageFile.version, parts };
}

const part = (status: HealthStatus, detail?: string): Part => ({ status, ...(detail === undefined ? {} : { detail }) });

async function reachable(ask: () => Promise<unknown>): Promise<Part> {
  try {
    await ask();
    return part('ok');
  } catch (error) {
    return part('down', isCodedError(error) ? error.message : 'it does not answer');
  }
}
