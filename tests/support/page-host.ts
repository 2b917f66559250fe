import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../core/paths.ts';
import { StepProgress } from '../../ops/setup/progress.ts';
import { webBuildStep } from '../../ops/setup/web-build.ts';
import { startLiveKit, type LiveKitServer } from './livekit-server.ts';
import { temporaryHome } from './home.ts';
import { buildTokenService, type TokenServiceOptions } from './token-service.ts';

/** The page as it is now, served by a real token service, with a real media server behind it; no engines, no agent. */
export interface PageHost {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  readonly livekit: LiveKitServer;
  /** Ends the token service; its address stays reserved for `startService`. */
  stopService(): Promise<void>;
  startService(): Promise<void>;
  close(): Promise<void>;
}

/** What set-up builds; built anew where a source changed since. */
async function builtPage(): Promise<string> {
  const step = webBuildStep();
  if (await step.needed()) await step.run(new StepProgress({ write: () => undefined }, step.name));
  return join(ROOT, 'web/dist');
}

export type HostOptions = Pick<TokenServiceOptions, 'exercises' | 'requestsPerMinute'>;

export async function hostPage(options: HostOptions = {}): Promise<PageHost> {
  const { home, remove } = temporaryHome();
  const [livekit, web] = await Promise.all([startLiveKit(), builtPage()]);
  let port = 0;
  const serve = async () => {
    const app = await buildTokenService({ ...options, livekit, web, home });
    await app.listen({ host: '127.0.0.1', port });
    ({ port } = app.server.address() as AddressInfo);
    return app;
  };
  let service = await serve();
  return {
    url: `http://127.0.0.1:${port}/`,
    livekit,
    stopService: () => service.close(),
    async startService() {
      service = await serve();
    },
    async close() {
      await service.close();
      await livekit.stop();
      remove();
    },
  };
}
