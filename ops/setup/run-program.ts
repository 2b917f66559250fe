import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { homeFolder } from '../../core/paths.ts';
import { Watchdog } from '../up/watchdog.ts';

export interface RunOptions {
  readonly cwd?: string;
  /** Laid over this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line that the program prints. */
  readonly onLine?: (line: string) => void;
}

/** A program that set-up ran ended badly. The message has its last words; all of them are in `logs/setup.log`. */
export class ProgramFailed extends Error {}

/** Process groups. */
const running = new Set<number>();
const LAST_WORDS = 3;

/**
 * Runs a program to its end and gives what it printed on stdout. Everything it prints goes to `logs/setup.log`.
 * @throws ProgramFailed
 */
export async function runProgram(program: string, args: readonly string[], { cwd, env, onLine }: RunOptions = {}): Promise<string> {
  const log = logTo(join(homeFolder(), 'logs'), 'setup.log');
  log(`$ ${[program, ...args].join(' ')}`);
  // A process group of its own, so that all that it starts ends with it: the next set-up must have the folders to itself.
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const watchdog = new Watchdog({ graceSeconds: 1 });
  if (child.pid !== undefined) {
    running.add(child.pid);
    watchdog.watch(child.pid);
  }
  const printed: string[] = [];
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      if (stream === child.stdout) printed.push(line);
      lines.push(line);
      log(line);
      onLine?.(line);
    });
  }
  const how = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? String(code)}`));
  });
  if (child.pid !== undefined) {
    running.delete(child.pid);
    watchdog.forget(child.pid);
  }
  watchdog.close();
  if (how === undefined) return printed.join('\n');
  throw new ProgramFailed([`${program} ${how}`, lastWords(lines)].filter((part) => part !== '').join(': '));
}

/** What a program said was wrong: from the first line that speaks of an error, else its last lines. */
function lastWords(printed: readonly string[]): string {
  const lines = printed.filter((line) => line.trim() !== '');
  const error = lines.findIndex((line) => /\berror\b/i.test(line));
  return lines.slice(error === -1 ? -LAST_WORDS : error).slice(0, LAST_WORDS).map((line) => line.trim()).join(' | ');
}

/** Ends the programs that are running, when this process has to end. */
export function stopPrograms(): void {
  for (const group of running) process.kill(-group, 'SIGTERM');
}

function logTo(folder: string, file: string): (line: string) => void {
  mkdirSync(folder, { recursive: true });
  return (line) => appendFileSync(join(folder, file), `${line}\n`);
}
