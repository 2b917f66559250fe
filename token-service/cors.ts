import cors from '@fastify/cors';
import type { App } from './services.ts';

/** How long a browser need not ask again whether it may ask, seconds. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets the pages of these origins ask here; those of no other learn that there is such a thing. Without origins there is
 * no CORS at all: a page may then ask where it came from.
 * @param origins addresses; what stands behind the port is passed over
 */
export async function registerCors(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const known = new Set(origins.map((origin) => new URL(origin).origin));
  // The plugin's own route: who comes to it has been answered, or is told that there is nothing.
  app.addHook('onRoute', (route) => {
    if (route.url === '*' && route.method === 'OPTIONS') route.config = { ...route.config, access: 'public' };
  });
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && known.has(origin)),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'last-event-id'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: PREFLIGHT_SECONDS,
  });
}
