import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { CodedError } from './errors.ts';
import { isLoopback } from './loopback.ts';
import { homeFolder } from './paths.ts';

const Secret = Type.String({ minLength: 1 });
const SecretsSchema = Type.Object({ livekitApiKey: Secret, livekitApiSecret: Secret, serviceToken: Secret });

/** What the services of one installation share. Never logged, never in `/health`, never in an error. */
export type Secrets = Readonly<Static<typeof SecretsSchema>>;

/** Where sessions are kept, as far as it is secret. */
export interface StoreSecrets {
  /** PostgreSQL; undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  readonly s3AccessKeyId: string | undefined;
  readonly s3SecretAccessKey: string | undefined;
}

export function storeSecrets(env: NodeJS.ProcessEnv = process.env): StoreSecrets {
  const { DATABASE_URL, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = env;
  return { databaseUrl: DATABASE_URL || undefined, s3AccessKeyId: S3_ACCESS_KEY_ID || undefined, s3SecretAccessKey: S3_SECRET_ACCESS_KEY || undefined };
}

/**
 * Configured values win; what is missing is generated once into `secrets.json` of the data folder (mode 0600).
 * @throws CodedError LIVEKIT_KEYS_INCOMPLETE for half a configured pair, SECRETS_INVALID when the file is damaged.
 */
export function loadSecrets(env: NodeJS.ProcessEnv = process.env, home = homeFolder(env)): Secrets {
  const { LIVEKIT_API_KEY: livekitApiKey, LIVEKIT_API_SECRET: livekitApiSecret, ELOQUENCE_SERVICE_TOKEN: serviceToken } = env;
  if (livekitApiKey && livekitApiSecret && serviceToken) return { livekitApiKey, livekitApiSecret, serviceToken };
  if (livekitApiKey && !livekitApiSecret) throw new CodedError('LIVEKIT_KEYS_INCOMPLETE', { set: 'LIVEKIT_API_KEY', missing: 'LIVEKIT_API_SECRET' });
  if (livekitApiSecret && !livekitApiKey) throw new CodedError('LIVEKIT_KEYS_INCOMPLETE', { set: 'LIVEKIT_API_SECRET', missing: 'LIVEKIT_API_KEY' });
  const generated = readOrGenerate(home);
  return {
    livekitApiKey: livekitApiKey || generated.livekitApiKey,
    livekitApiSecret: livekitApiSecret || generated.livekitApiSecret,
    serviceToken: serviceToken || generated.serviceToken,
  };
}

/** Whether a text is the secret, in a time that tells nothing about how much of it was right. */
export function isSecret(text: string, secret: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(text), digest(secret));
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
  const kept = readSecrets(file);
  if (kept !== undefined) return kept;
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
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readSecrets(file) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Undefined when there is no such file. What JSON.parse throws shows a piece of the file, so it goes nowhere. */
function readSecrets(file: string): Secrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CodedError('SECRETS_INVALID', { file, reason: `it cannot be read: ${code}` }, { cause });
  }
  const secrets = parseJson(text);
  if (Value.Check(SecretsSchema, secrets)) return secrets;
  const reason = secrets === undefined ? 'it is not whole JSON' : `it must hold ${Object.keys(SecretsSchema.properties).join(', ')}, each a text`;
  throw new CodedError('SECRETS_INVALID', { file, reason });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
