import type { Migration } from 'kysely/migration';
import { sessions } from './0001-sessions.ts';

/** All migrations by name, in order. The names are kept in the database: they never change. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001-sessions': sessions };
