import { loadConfig } from '../core/config.ts';
import { CodedError, isCodedError } from '../core/errors.ts';
import { createLogger } from '../core/log.ts';
import { loadSecrets } from '../core/secrets.ts';
import { build } from './app.ts';

const log = createLogger('token-service');

try {
  const config = loadConfig();
  const app = await build({ config, secrets: loadSecrets(), log });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // A second signal, or a connection that does not let go, ends it the hard way.
      setTimeout(() => process.exit(1), 2_500).unref();
      void app.close().then(() => process.exit(0));
    });
  }
  await listen(config.host, config.tokenService.port);
  log.info({ host: config.host, port: config.tokenService.port }, 'the token service is ready');

  async function listen(host: string, port: number): Promise<void> {
    try {
      await app.listen({ host, port });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new CodedError('PORT_IN_USE', { port, setting: 'tokenService.port' }, { cause });
    }
  }
} catch (err) {
  if (isCodedError(err)) log.fatal({ code: err.code, details: err.details, fix: err.fix }, err.message);
  else log.fatal({ err }, 'the token service could not start');
  process.exit(1);
}
