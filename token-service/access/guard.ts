import cookie from '@fastify/cookie';
import type { Credentials } from '../../core/credentials.ts';
import { CodedError } from '../../core/errors.ts';
import type { App } from '../services.ts';
import { isLocalRequest } from './local-request.ts';
import { shownCredential } from './shown-credential.ts';

const OPEN = 'accessIsOpen';

/**
 * Asks each request who it comes from, and lets it in where its route is open to that role. Routes say it themselves,
 * `config: { access: 'public' }` or a list of roles; one that does not is refused at its registration.
 */
export async function registerGuard(app: App, { serviceToken, credentials }: { serviceToken: string; credentials: Credentials }): Promise<void> {
  await app.register(cookie);
  app.decorateRequest('shown', undefined);
  app.addHook('onRoute', function (route) {
    if (this.hasDecorator(OPEN)) route.config = { ...route.config, access: 'public' };
    if (route.config?.access === undefined) throw new Error(`${String(route.method)} ${route.url} does not say who may come in (config.access)`);
  });
  app.addHook('onRequest', async (request) => {
    request.shown = await shownCredential(request, serviceToken, credentials);
    const { access = [] } = request.routeOptions.config;
    if (request.is404 || access === 'public') return;
    if (access.includes('local') && isLocalRequest(request)) return;
    if (request.shown === undefined) throw new CodedError('UNAUTHORIZED');
    if (!access.includes(request.shown.caller.role)) throw new CodedError('FORBIDDEN');
  });
}

/** All routes of this scope are public: for plugins that bring routes of their own. */
export function openToAll(scope: { decorate(name: string, value: boolean): unknown }): void {
  scope.decorate(OPEN, true);
}
