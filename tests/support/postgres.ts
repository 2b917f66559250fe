import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

const USER = 'eloquence';
/** Nothing here outlives the tests. */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'shared_buffers=16MB', 'lc_messages=C', 'max_connections=60', 'unix_socket_directories='];

/** A PostgreSQL server of this machine’s own installation, on a port of loopback, with its data in a temporary folder. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  #shared: string | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** @throws Error that says what to install, where there is none */
  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'eloquence-postgres-'));
    const account = accountFor(folder);
    execFileSync(program('initdb'), ['-D', join(folder, 'data'), '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], { cwd: folder, stdio: 'pipe', ...account });
    const server = new PostgresServer(folder, await freePort());
    await server.resume();
    return server;
  }

  /** Address of a new, empty database. */
  async newDatabase(): Promise<string> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await this.query('postgres', `create database ${name}`);
    return this.address(name);
  }

  /** Address of one database for many tests, emptied for each of them: five times as fast as a new one. Its migrations stay. */
  async emptiedDatabase(): Promise<string> {
    if (this.#shared === undefined) return (this.#shared = await this.newDatabase());
    const database = new URL(this.#shared).pathname.slice(1);
    await this.query(database, "do $$ begin execute (select 'truncate ' || string_agg(quote_ident(tablename), ', ') from pg_tables where schemaname = 'public' and tablename not like '%migrations%'); end $$");
    return this.#shared;
  }

  address(database: string): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${String(this.#port)}/${database}`;
  }

  async query(database: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.address(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Takes it down as an operator would: what runs in it is cut off. */
  async pause(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  }

  /** Starts it again where it was. */
  async resume(): Promise<void> {
    const child = spawn(program('postgres'), ['-D', join(this.#folder, 'data'), '-h', '127.0.0.1', '-p', String(this.#port), ...SETTINGS.flatMap((setting) => ['-c', setting])], { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'], ...accountFor(this.#folder) });
    this.#process = child;
    process.once('exit', () => child.kill('SIGQUIT'));
    let said = '';
    for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      if (said.includes('ready to accept connections')) {
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`PostgreSQL did not start: ${said}`);
  }

  async close(): Promise<void> {
    await this.pause();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** In the address though nobody asks for it: no error may show it. */
export const PASSWORD = 'pass-word-that-nobody-may-see';

/** The newest installation; the one on PATH first. */
function program(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...globSync('/usr/lib/postgresql/*/bin').sort().reverse(), '/usr/local/pgsql/bin', '/opt/homebrew/opt/postgresql/bin'];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`These tests need PostgreSQL: there is no ${name} on PATH or in /usr/lib/postgresql/*/bin. Install it: apt-get install postgresql.`);
  return found;
}

/** PostgreSQL refuses to run as root: then it runs as its own user, or as nobody, who is given the folder. */
function accountFor(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const user = ['postgres', 'nobody'].find((name) => id('-u', name) !== undefined);
  const [uid, gid] = [id('-u', user), id('-g', user)];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody.');
  chownSync(folder, uid, gid);
  return { uid, gid };
}

function id(option: '-u' | '-g', user = ''): number | undefined {
  try {
    return Number(execFileSync('id', [option, user], { stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}
