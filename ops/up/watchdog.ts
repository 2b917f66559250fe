import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./watchdog.sh', import.meta.url));

/** Ends the given process groups should this process die without being able to. See watchdog.sh. */
export class Watchdog {
  readonly #groups = new Set<number>();
  readonly #graceSeconds: number;
  #dog: ChildProcess;
  #closed = false;

  constructor({ graceSeconds = 4 } = {}) {
    this.#graceSeconds = graceSeconds;
    this.#dog = this.#start();
  }

  watch(group: number): void {
    this.#groups.add(group);
    this.#tell('watch', group);
  }

  forget(group: number): void {
    if (this.#groups.delete(group)) this.#tell('forget', group);
  }

  close(): void {
    this.#closed = true;
    this.#dog.stdin?.end();
  }

  #start(): ChildProcess {
    const dog = spawn('/bin/sh', [SCRIPT, String(this.#graceSeconds)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    dog.unref();
    dog.on('error', () => undefined);
    dog.stdin.on('error', () => undefined);
    dog.once('exit', () => {
      if (this.#closed) return;
      this.#dog = this.#start();
      for (const group of this.#groups) this.#tell('watch', group);
    });
    return dog;
  }

  #tell(what: 'watch' | 'forget', group: number): void {
    this.#dog.stdin?.write(`${what} ${String(group)}\n`);
  }
}
