import { disk as realDisk, type Disk } from '../../agent/outbox/disk.ts';

/** How a process dies at a step: before it, with half of it done, or after it, before anybody heard that it was done. */
export type Death = 'before' | 'half' | 'after';

/**
 * A process that dies at a step of its choosing: from then on nothing that it awaits ever comes back, as if it had been
 * killed. Each touch of the disk and each request is a step.
 */
export class MortalProcess {
  steps = 0;
  readonly #at: number;
  readonly #death: Death;
  readonly #died = Promise.withResolvers<'died'>();
  /** Steps that are under way: what a process has asked of the system is done when it dies, and not later. */
  readonly #underWay = new Set<Promise<unknown>>();
  #dead = false;

  /** @param at the step to die at, from 1; Infinity: it lives */
  constructor(at = Number.POSITIVE_INFINITY, death: Death = 'before') {
    this.#at = at;
    this.#death = death;
  }

  isDead(): boolean {
    return this.#dead;
  }

  /** Runs a program in this process, to its end or to the end of the process. */
  run(program: () => Promise<void>): Promise<'ended' | 'died'> {
    return Promise.race([program().then(() => 'ended' as const), this.#died.promise]);
  }

  /** What a step of this process really does; `half`: what it leaves behind when it is cut short. */
  async step<Result>(whole: () => Promise<Result>, half: () => Promise<unknown> = () => Promise.resolve()): Promise<Result> {
    if (this.isDead()) return this.#never();
    this.steps += 1;
    if (this.steps !== this.#at) {
      const doing = whole();
      this.#underWay.add(doing);
      const result = await doing.finally(() => this.#underWay.delete(doing));
      return this.isDead() ? this.#never() : result;
    }
    this.#dead = true;
    await Promise.allSettled(this.#underWay);
    if (this.#death === 'half') await half();
    if (this.#death === 'after') await whole().catch(() => undefined);
    this.#died.resolve('died');
    return this.#never();
  }

  /** The disk as this process has it. */
  get disk(): Disk {
    return {
      append: (file, text) => this.step(() => realDisk.append(file, text), () => realDisk.append(file, text.slice(0, Math.floor(text.length / 2)))),
      cut: (file, bytes) => this.step(() => realDisk.cut(file, bytes)),
      read: (file) => this.step(() => realDisk.read(file)),
      modified: (file) => this.step(() => realDisk.modified(file)),
      touch: (file) => this.step(() => realDisk.touch(file)),
      list: (folder) => this.step(() => realDisk.list(folder)),
      remove: (file) => this.step(() => realDisk.remove(file)),
    };
  }

  #never<Result>(): Promise<Result> {
    return new Promise<Result>(() => undefined);
  }
}
