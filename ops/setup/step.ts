import type { Progress } from './progress.ts';

/** One thing that set-up sees to. */
export interface Step {
  /** As progress names it, e.g. `models`. */
  readonly name: string;
  /** Whether anything is missing. Asked at every start: a few `stat`s, no hashing, no program, no network. */
  needed(): boolean | Promise<boolean>;
  /**
   * Brings what is missing; picks up where an interrupted run stopped.
   * @throws CodedError that names the ways out.
   */
  run(progress: Progress): Promise<void>;
}
