import { Health, worst, type HealthStatus } from '../../protocol/health.ts';
import packageFile from '../../package.json' with { type: 'json' };
import type { App, Services } from './services.ts';

export function healthRoutes(app: App, services: Services): void {
  app.get('/health', {
    schema: { summary: 'How this service is, part by part', tags: ['operators'], response: { 200: Health, 503: Health } },
  }, async (_request, reply) => {
    const health = look(services);
    return reply.code(health.status === 'down' ? 503 : 200).send(health);
  });

  app.get('/metrics', { schema: { summary: 'Prometheus metrics', tags: ['operators'] } }, async (_request, reply) =>
    reply.type(services.registry.contentType).send(await services.registry.metrics()));
}

/**
 * Its job is to hear and to speak: one of them gone, it is down. Speech by another level than the first is degraded.
 * A language model is a part only where one is configured; the scripted coach needs none.
 */
export function look({ recogniser, synthesiser, chat }: Services): Health {
  const stt = recogniser.health();
  const levels = Object.entries(synthesiser.health());
  const llm = chat.health();
  const spoken: HealthStatus = levels.every(([, { status }]) => status === 'down') ? 'down' : levels.every(([, { status }]) => status === 'ok') ? 'ok' : 'degraded';
  const thought: HealthStatus = llm === undefined || llm.status === 'ok' ? 'ok' : 'degraded';
  return {
    service: 'inference',
    status: worst([stt.status, spoken, thought]),
    version: packageFile.version,
    parts: { stt, ...Object.fromEntries(levels.map(([level, health]) => [`tts.${level}`, health])), ...(llm && { llm }) },
  };
}
