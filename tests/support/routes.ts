import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../token-service/access/caller.ts';

export interface KnownRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access | undefined;
  readonly bodyLimit: number | undefined;
  readonly limited: boolean;
}

/** All routes of what `build` builds, also those of plugins. HEAD comes with each GET and is left out. */
export async function routesOf<Built>(build: () => Promise<Built>): Promise<{ built: Built; routes: KnownRoute[] }> {
  const routes: KnownRoute[] = [];
  const listen = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) {
        // Read when all is built: other hooks add to it.
        if (method !== 'HEAD') routes.push({ method, url: route.url, get access() { return route.config?.access; }, bodyLimit: route.bodyLimit, limited: route.config?.rateLimit !== undefined });
      }
    });
  };
  diagnostics.subscribe('fastify.initialization', listen);
  try {
    return { built: await build(), routes };
  } finally {
    diagnostics.unsubscribe('fastify.initialization', listen);
  }
}
