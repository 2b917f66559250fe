import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';

/** The checkout: where config/, exercises/ and web/ lie. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The exercises and personas that come with Eloquence. */
export const SHIPPED_EXERCISES = join(ROOT, 'exercises');

/** The data folder (`ELOQUENCE_HOME`, default `.data/` in the checkout): everything downloaded, built or kept. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(ROOT, env['ELOQUENCE_HOME'] ?? '.data');
}

export const inHome = (...parts: string[]): string => join(homeFolder(), ...parts);
