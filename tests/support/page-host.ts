import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../core/paths.ts';
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

/** Built once for all tests of a file: the page is as it is while they run. */
let page: Promise<string> | undefined;

async function buildPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'eloquence-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({ root: join(ROOT, 'web'), logLevel: 'silent', build: { outDir: folder, emptyOutDir: true } });
  return folder;
}

export async function hostPage(options: Pick<TokenServiceOptions, 'exercises' | 'requestsPerMinute'> = {}): Promise<PageHost> {
  const { home, remove } = temporaryHome();
  const [livekit, web] = await Promise.all([startLiveKit(), (page ??= buildPage())]);
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
