import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly onLine: (line: string) => void;
}

/** A program in a process group of its own: a ^C in the terminal does not reach it, and its children end with it. */
export class ProcessGroup {
  /** Of the program and of the group that it leads; undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Why it ended, in words: `exit code 1`, `signal SIGKILL`, `spawn … ENOENT`. */
  readonly ended: Promise<string>;
  #over = false;

  constructor({ command, args, env, cwd, onLine }: ProgramOptions) {
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.pid = child.pid;
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`));
    }).then((reason) => {
      this.#over = true;
      this.kill(); // what a program that died left behind would hold its ports
      return reason as string;
    });
  }

  /** Asks the program itself, which sees to its own children. */
  terminate(): void {
    if (this.pid !== undefined && !this.#over) signal(this.pid, 'SIGTERM');
  }

  /** Ends whatever is left of the group, at once. */
  kill(): void {
    if (this.pid !== undefined) signal(-this.pid, 'SIGKILL');
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
