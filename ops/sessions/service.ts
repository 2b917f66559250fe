import { loadConfig } from '../../core/config.ts';
import { loadSecrets } from '../../core/secrets.ts';
import { TokenServiceClient } from '../../protocol/clients/token-service.ts';

/** The token service of this installation, as a service of it asks. It must be running: the database is its own. */
export function tokenServiceHere(env: NodeJS.ProcessEnv = process.env): TokenServiceClient {
  return new TokenServiceClient(loadConfig(env).tokenService.url, { serviceToken: loadSecrets(env).serviceToken });
}
