import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively } from './exclusive.ts';
import { coded } from './failure.ts';
import { StepProgress, type Screen } from './progress.ts';
import type { Step } from './step.ts';

/**
 * Runs the steps that are needed, in their order. Of two set-ups on one data folder the second waits, and then finds
 * the work done.
 * @throws CodedError of the first step that fails; what earlier steps brought stays.
 */
export async function setUp(steps: readonly Step[], { home, screen }: { home: string; screen: Screen }): Promise<void> {
  try {
    if ((await firstNeeded(steps)) === undefined) return;
    mkdirSync(home, { recursive: true });
    const waiting = (): unknown => screen.write('▸ waiting for another set-up of this data folder\n');
    await exclusively(join(home, 'setup.lock'), async () => {
      for (const step of steps) {
        if (!(await step.needed())) continue;
        const progress = new StepProgress(screen, step.name);
        try {
          await step.run(progress);
        } catch (error) {
          progress.failed();
          throw error;
        }
        progress.done();
      }
      // What was under way, archives and tools, survives an interruption here; now nothing needs it any more.
      await rm(join(home, 'downloads'), { recursive: true, force: true });
    }, waiting);
  } catch (error) {
    throw coded(error, home);
  }
}

async function firstNeeded(steps: readonly Step[]): Promise<Step | undefined> {
  for (const step of steps) if (await step.needed()) return step;
  return undefined;
}
