import { isCodedError } from '../../core/errors.ts';
import { systemClock } from '../../core/clock.ts';

/** What a check found out. `fix` says what to do and is there unless all is well. */
export type Outcome =
  | { readonly status: 'ok'; readonly detail: string }
  | { readonly status: 'warning' | 'failed'; readonly detail: string; readonly fix: string; /** Nothing that needs it is worth trying. */ readonly gone?: true };

export interface Check {
  readonly id: string;
  readonly title: string;
  /** Checks of things without which this one can say nothing new. */
  readonly needs?: readonly string[];
  readonly limitMs: number;
  /** Throws what it meets; a CodedError brings its own fix. */
  readonly run: (signal: AbortSignal) => Promise<Outcome>;
  /** What to do when it throws or runs into its limit. */
  readonly fix: string;
}

export type Finding = { readonly id: string; readonly title: string; readonly ms: number } & (Outcome | { readonly status: 'skipped'; readonly detail: string });

/** Runs the checks one after another (they would fight for the CPU and spoil each other's figures), each within its own limit. */
export async function* runChecks(checks: readonly Check[]): AsyncGenerator<Finding, void> {
  /** What is gone, and with whom. */
  const gone = new Map<string, string>();
  for (const { id, title, needs = [], limitMs, run, fix } of checks) {
    const cause = needs.find((needed) => gone.has(needed));
    if (cause !== undefined) {
      const root = gone.get(cause) ?? cause;
      gone.set(id, root);
      yield { id, title, ms: 0, status: 'skipped', detail: `needs ${root}` };
      continue;
    }
    const begun = systemClock.now();
    const outcome = await within(limitMs, run).catch((error: unknown): Outcome => ({
      status: 'failed',
      detail: error instanceof Error ? error.message : String(error),
      fix: isCodedError(error) && error.code !== 'ENGINE_UNAVAILABLE' ? error.fix : fix,
    }));
    if (outcome.status === 'failed' && outcome.gone === true) gone.set(id, title);
    yield { id, title, ms: Math.round(systemClock.now() - begun), ...outcome };
  }
}

/** Also ends the wait for a check that does not listen to its signal. */
async function within(limitMs: number, run: Check['run']): Promise<Outcome> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = systemClock.after(limitMs, () => {
    const error = new Error(`no answer within ${String(limitMs / 1_000)} s`);
    controller.abort(error); // a check that knows more says so now
    setImmediate(() => reject(error));
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    cancel();
    controller.abort(new Error('over'));
  }
}
