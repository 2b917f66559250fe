import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from './errors.ts';
import { isLoopback } from './loopback.ts';
import { homeFolder } from './paths.ts';

/** What the services of one installation share. Never logged, never in `/health`, never in an error. */
export interface Secrets {
  readonly livekitApiKey: string;
  readonly livekitApiSecret: string;
  readonly serviceToken: string;
}

/** Configured values win; what is missing is generated once into `secrets.json` of the data folder (mode 0600). */
export function loadSecrets(env: NodeJS.ProcessEnv = process.env, home = homeFolder(env)): Secrets {
  const { LIVEKIT_API_KEY: livekitApiKey, LIVEKIT_API_SECRET: livekitApiSecret, ELOQUENCE_SERVICE_TOKEN: serviceToken } = env;
  if (livekitApiKey && livekitApiSecret && serviceToken) return { livekitApiKey, livekitApiSecret, serviceToken };
  const generated = readOrGenerate(home);
  return {
    // Key and secret belong together: half a configured pair is no pair.
    ...(livekitApiKey && livekitApiSecret ? { livekitApiKey, livekitApiSecret } : { livekitApiKey: generated.livekitApiKey, livekitApiSecret: generated.livekitApiSecret }),
    serviceToken: serviceToken || generated.serviceToken,
  };
}

/** The pair that `livekit-server --dev` answers to: everybody knows it. */
export const areDevKeys = ({ livekitApiKey, livekitApiSecret }: Secrets): boolean => livekitApiKey === 'devkey' || livekitApiSecret === 'secret';

/**
 * LiveKit's development pair is for one machine alone.
 * @throws CodedError DEV_KEYS_EXPOSED when `host`, where the services listen, can be reached from others.
 */
export function refuseDevKeys(host: string, secrets: Secrets): void {
  if (!isLoopback(host) && areDevKeys(secrets)) throw new CodedError('DEV_KEYS_EXPOSED', { host });
}

function readOrGenerate(home: string): Secrets {
  const file = join(home, 'secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(home, { recursive: true });
  const secrets: Secrets = {
    livekitApiKey: `EL${randomBytes(6).toString('hex')}`,
    livekitApiSecret: randomBytes(32).toString('base64url'),
    serviceToken: randomBytes(32).toString('base64url'),
  };
  // Written aside and linked into place: of two processes that start together one wins, and neither reads half a file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } finally {
    rmSync(draft, { force: true });
  }
}
