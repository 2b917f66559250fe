import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { CodedError } from '../../core/errors.ts';
import { isSecret } from '../../core/secrets.ts';
import { InferenceStatus, SpeechLevelState } from '../../protocol/inference-status.ts';
import packageFile from '../../package.json' with { type: 'json' };
import type { Admission } from './admission.ts';
import { look } from './health.ts';
import type { RecentErrors } from './recent-errors.ts';
import type { App, Services } from './services.ts';

const PAGE = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { url: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
] as const;
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** For operators: what the server does now, as JSON and as a page, and switching a level of speech off and on. */
export function statusRoutes(app: App, services: Services, { admission, errors }: { admission: Admission; errors: RecentErrors }): void {
  app.get('/status', { schema: { summary: 'What the server does now', tags: ['operators'], response: { 200: InferenceStatus } } }, () => statusOf(services, admission, errors));

  app.put('/levels/:level', {
    schema: {
      summary: 'Switches a level of speech off for everybody, or on again, until the next start',
      description: 'With the service token as bearer.',
      tags: ['operators'],
      params: Type.Object({ level: Type.String({ maxLength: 64 }) }),
      body: Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false }),
      response: { 200: SpeechLevelState },
    },
    onRequest: (request, _reply, done) => done(isSecret(request.headers.authorization ?? '', `Bearer ${services.serviceToken}`) ? undefined : new CodedError('UNAUTHORIZED')),
  }, ({ params: { level }, body: { enabled }, log }) => {
    services.synthesiser.enable(level, enabled);
    log.warn({ level, enabled }, enabled ? 'a level of speech was switched on' : 'a level of speech was switched off');
    return services.synthesiser.levels().find((state) => state.level === level) ?? unknown(level);
  });

  for (const { url, file, type } of PAGE) {
    const body = readFileSync(new URL(`./page/${file}`, import.meta.url));
    app.get(url, { schema: { hide: true } }, async (_request, reply) => reply.headers({ 'content-type': type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }).send(body));
  }
}

function statusOf(services: Services, admission: Admission, errors: RecentErrors): InferenceStatus {
  const { synthesiser, gate } = services;
  return {
    version: packageFile.version,
    uptimeSeconds: Math.floor(process.uptime()),
    parts: look(services).parts,
    levels: synthesiser.levels(),
    voices: synthesiser.voices(),
    cache: synthesiser.cache(),
    queues: admission.stages,
    computing: { slots: gate.slots, free: gate.free, waiting: gate.waiting },
    errors: errors.list,
  };
}

function unknown(level: string): never {
  throw new CodedError('NOT_FOUND', { path: `/levels/${level}` });
}
