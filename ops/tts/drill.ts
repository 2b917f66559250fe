import { distribution } from '../../core/distribution.ts';
import { isCodedError } from '../../core/errors.ts';
import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { EMERGENCY_LEVEL } from '../../protocol/emergency-phrases.ts';
import { columns, inferenceHere } from './here.ts';

/** Said while a level is off; the round is appended, so that none is in the cache. */
const SAID = 'Prenez une grande respiration, puis recommencez depuis le début, étape numéro';

export interface DrillOptions {
  /** Utterances asked for in each step. */
  readonly rounds: number;
  /** Of them at once: the server is drilled under load. */
  readonly load: number;
}

interface Step {
  readonly off: string;
  readonly spoken: ReadonlyMap<string, number>;
  readonly failed: ReadonlyMap<string, number>;
  readonly firstAudio: number[];
}

/**
 * Switches each level of the running server off in turn, then all of them, while `load` clients speak; puts each back;
 * reports who spoke. @returns 0 when somebody spoke each time, and the best level is back
 */
export async function drill({ rounds, load }: DrillOptions, inference: InferenceClient = inferenceHere(), print: (line: string) => void = (line) => console.log(line)): Promise<number> {
  const levels = (await inference.status()).levels.filter(({ enabled, status }) => enabled && status === 'ok').map(({ level }) => level);
  print(`levels in order: ${levels.join(', ')}; ${String(rounds)} utterances a step, ${String(load)} at once`);
  const steps = [await speak(inference, 'none', { rounds, load })];
  for (const level of levels) steps.push(await without(inference, [level], () => speak(inference, level, { rounds, load })));
  steps.push(await without(inference, levels, () => speak(inference, 'all', { rounds, load })));
  const back = await speak(inference, 'none, again', { rounds, load });

  print(columns([
    ['switched off', 'spoken by', 'first sound p50', 'p95', 'without sound'],
    ...[...steps, back].map(({ off, spoken, failed, firstAudio }) => {
      const { p50, p95 } = distribution(firstAudio);
      return [off, counts(spoken), `${p50.toFixed(1)} ms`, `${p95.toFixed(1)} ms`, counts(failed) || '0'];
    }),
  ]));
  const faults = [...steps, back].flatMap((step) => faultsOf(step, levels));
  for (const fault of faults) print(`✗ ${fault}`);
  if (faults.length === 0) print('✓ somebody spoke each time, and every level is back');
  return faults.length === 0 ? 0 : 1;
}

const counts = (of: ReadonlyMap<string, number>): string => [...of].map(([name, count]) => `${name} ${String(count)}`).join(', ');

function faultsOf({ off, spoken, failed }: Step, levels: readonly string[]): string[] {
  const faults = [...failed].map(([code, count]) => `${off} off: ${String(count)} × ${code}`);
  if (spoken.has(off)) faults.push(`${off} spoke although it was off`);
  if (off === 'all' ? [...spoken.keys()].some((name) => name !== EMERGENCY_LEVEL) : spoken.has(EMERGENCY_LEVEL)) faults.push(`${off} off: spoken by ${counts(spoken)}`);
  if (off.startsWith('none') && !spoken.has(levels[0] ?? '')) faults.push(`${levels[0] ?? 'the best level'} does not speak although it is on`);
  return faults;
}

async function without<Result>(inference: InferenceClient, levels: readonly string[], work: () => Promise<Result>): Promise<Result> {
  try {
    for (const level of levels) await inference.enableLevel(level, false);
    return await work();
  } finally {
    for (const level of levels) await inference.enableLevel(level, true);
  }
}

async function speak(inference: InferenceClient, off: string, { rounds, load }: DrillOptions): Promise<Step> {
  const step = { off, spoken: new Map<string, number>(), failed: new Map<string, number>(), firstAudio: [] as number[] };
  const count = (of: Map<string, number>, name: string): void => void of.set(name, (of.get(name) ?? 0) + 1);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < rounds) {
      next += 1;
      try {
        const { level, firstAudioMs, audio } = await inference.speech({ text: `${SAID} ${String(next)}.`, reuse_cache: false, store: false });
        await Array.fromAsync(audio);
        count(step.spoken, level);
        step.firstAudio.push(firstAudioMs);
      } catch (error) {
        count(step.failed, isCodedError(error) ? error.code : 'INTERNAL');
      }
    }
  };
  await Promise.all(Array.from({ length: load }, client));
  return step;
}
