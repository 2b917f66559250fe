import staticFiles from '@fastify/static';
import { existsSync } from 'node:fs';
import { openToAll } from '../access/guard.ts';
import type { App, Services } from '../services.ts';

const YEAR_SECONDS = 365 * 24 * 3_600;

/** The built page. Vite's assets carry a hash of their content in their names and may be kept for ever; nothing else may. */
export async function pageRoutes(app: App, { webFolder }: Services): Promise<void> {
  if (!existsSync(webFolder)) return;
  await app.register(async (scope) => {
    openToAll(scope);
    await scope.register(staticFiles, {
      root: webFolder,
      cacheControl: false,
      setHeaders: (reply, path) => {
        void reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      },
    });
  });
}
