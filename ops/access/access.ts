import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { systemClock, type Clock } from '../../core/clock.ts';
import { loadConfig } from '../../core/config.ts';
import { credentialsOf, invitationLink, invitationsOf } from '../../core/credentials.ts';
import { CodedError } from '../../core/errors.ts';
import { loadSecrets } from '../../core/secrets.ts';

const DAY = 24 * 3_600_000;

export type StaffRole = 'author' | 'operator';

export interface GrantOptions {
  readonly days: number;
}

export interface InviteOptions extends GrantOptions {
  /** Address that learners open; undefined: the page of this machine. */
  readonly url?: string;
}

/** Where the answer goes, and where what is said about it. */
interface Streams {
  readonly out: Pick<NodeJS.WritableStream, 'write'>;
  readonly aside: Pick<NodeJS.WritableStream, 'write'>;
}

interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  readonly streams?: Streams;
}

const TERMINAL: Streams = { out: process.stdout, aside: process.stderr };

/** `eloquence access grant`: prints a bearer, signed with the service token of this installation. Asks no service. */
export async function grant(role: StaffRole, { days }: GrantOptions, { env = process.env, clock = systemClock, streams = TERMINAL }: Surroundings = {}): Promise<void> {
  const expiresAt = clock.wall() + days * DAY;
  streams.out.write(`${await credentialsOf(loadSecrets(env), clock).sign({ role }, expiresAt)}\n`);
  streams.aside.write(`(${role}, until ${new Date(expiresAt).toISOString()})\n`);
}

/**
 * `eloquence access invite`: prints a link to one exercise. Asks no service.
 * @throws CodedError EXERCISE_UNKNOWN, REQUEST_INVALID when `url` is no web address
 */
export async function invite(exercise: string, { days, url }: InviteOptions, { env = process.env, clock = systemClock, streams = TERMINAL }: Surroundings = {}): Promise<void> {
  const config = loadConfig(env);
  const known = globSync('*.json', { cwd: config.exercises }).map((name) => basename(name, '.json')).filter((id) => !id.endsWith('.schema')).sort();
  if (!known.includes(exercise)) throw new CodedError('EXERCISE_UNKNOWN', { exercise, known: known.join(', ') || 'none' });
  const base = pageAddress(url ?? `http://localhost:${String(config.tokenService.port)}`);
  const expiresAt = clock.wall() + days * DAY;
  streams.out.write(`${invitationLink(base, await invitationsOf(loadSecrets(env), clock).sign({ exercise }, expiresAt))}\n`);
  streams.aside.write(`(${exercise}, until ${new Date(expiresAt).toISOString()})\n`);
}

function pageAddress(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) throw new CodedError('REQUEST_INVALID', { reason: `${url} is no address that begins with http:// or https://` });
  return `${parsed.origin}${parsed.pathname}`;
}
