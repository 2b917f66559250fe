import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { loadConfig, type Config } from '../../core/config.ts';
import { createLogger } from '../../core/log.ts';
import type { Secrets } from '../../core/secrets.ts';
import { build } from '../../token-service/app.ts';
import type { App } from '../../token-service/services.ts';
import { exercisesFolder } from './exercises-folder.ts';

export const SERVICE_TOKEN = 'service-token-of-the-tests-only-0123456789';

/** A port of loopback on which nobody listens. */
const NOWHERE = 1;

export interface TokenServiceOptions {
  /** A real media server; none: it cannot be reached. */
  readonly livekit?: { readonly url: string; readonly apiKey: string; readonly apiSecret: string };
  readonly inferenceUrl?: string;
  readonly home?: string;
  readonly exercises?: string;
  readonly web?: string;
  readonly clock?: Clock;
  readonly requestsPerMinute?: number;
  readonly adjust?: (config: Config) => Config;
}

/** The token service as in production, on a data folder of its own. */
export function buildTokenService(options: TokenServiceOptions = {}): Promise<App> {
  const { livekit, inferenceUrl = `http://127.0.0.1:${NOWHERE}`, requestsPerMinute = 10_000, adjust = (config: Config): Config => config } = options;
  const defaults = loadConfig({});
  const config = adjust({
    ...defaults,
    exercises: options.exercises ?? exercisesFolder('conversation_libre_marie', 'simulation_entretien'),
    livekit: { ...defaults.livekit, url: livekit?.url ?? `ws://127.0.0.1:${NOWHERE}`, publicUrl: livekit?.url ?? '' },
    tokenService: { ...defaults.tokenService, requestsPerMinute },
    inference: { ...defaults.inference, url: inferenceUrl },
  });
  const secrets: Secrets = { livekitApiKey: livekit?.apiKey ?? 'key', livekitApiSecret: livekit?.apiSecret ?? 'x'.repeat(32), serviceToken: SERVICE_TOKEN };
  return build({
    config, secrets, log: createLogger('token-service'),
    home: options.home ?? mkdtempSync(join(tmpdir(), 'eloquence-')),
    webFolder: options.web ?? join(tmpdir(), 'no-page-here'),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
}
