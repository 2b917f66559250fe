import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemClock, type Clock } from '../../core/clock.ts';

/** An NVIDIA GPU as its driver tells of it; memory in MiB. */
export interface Gpu {
  /** In the order of the bus, as nvidia-smi counts; CUDA may count in another. */
  readonly index: number;
  /** What CUDA_VISIBLE_DEVICES understands, e.g. `GPU-8f6c…`. */
  readonly uuid: string;
  readonly totalMb: number;
  readonly freeMb: number;
}

/** Whom to ask. */
export interface Driver {
  /** nvidia-smi, or what is in its place. */
  readonly program: string;
  readonly clock?: Clock;
}

const run = promisify(execFile);
/** Where a driver hangs, nobody waits for it longer than this, ms. */
const PATIENCE = 5_000;

/**
 * The GPUs that this process may use; none where there is no such program or no driver.
 * @param driver.env its CUDA_VISIBLE_DEVICES narrows them, as it does for CUDA itself
 */
export async function gpus({ env = process.env, ...driver }: Driver & { readonly env?: NodeJS.ProcessEnv }): Promise<Gpu[]> {
  const allowed = env['CUDA_VISIBLE_DEVICES']?.split(',').map((name) => name.trim());
  return (await ask('gpu=index,uuid,memory.total,memory.free', driver))
    .map(([index, uuid = '', total, free]): Gpu => ({ index: Number(index), uuid, totalMb: Number(total), freeMb: Number(free) }))
    // A GPU that shares the machine's memory tells no size («[N/A]»).
    .filter(({ uuid, totalMb, freeMb }) => uuid !== '' && totalMb > 0 && freeMb >= 0)
    .filter(({ index, uuid }) => allowed === undefined || allowed.some((name) => name === String(index) || (name !== '' && uuid.startsWith(name))));
}

/** Of those GPUs the one with the most free memory, when that is at least `freeMb`. */
export function roomiestGpu(found: readonly Gpu[], freeMb: number): Gpu | undefined {
  const [most] = found.toSorted((a, b) => b.freeMb - a.freeMb);
  return most !== undefined && most.freeMb >= freeMb ? most : undefined;
}

/** GPU memory of a process in MiB; undefined where the driver does not see it, as from inside a container. */
export async function usedMbOf(pid: number, driver: Driver): Promise<number | undefined> {
  const own = (await ask('compute-apps=pid,used_memory', driver)).flatMap(([process, used]) => (Number(process) === pid && Number(used) >= 0 ? [Number(used)] : []));
  return own.length === 0 ? undefined : own.reduce((sum, mb) => sum + mb, 0);
}

/** From now on CUDA sees this GPU alone, as its device 0. To be called before this process uses CUDA. */
export function bindTo(uuid: string): void {
  process.env['CUDA_VISIBLE_DEVICES'] = uuid;
}

/** What is being asked: a hanging driver may leave a program that cannot be killed, and who asks again shall not add another. */
const underWay = new Map<string, Promise<string>>();

/** Its table, row by row. */
async function ask(query: string, { program, clock = systemClock }: Driver): Promise<string[][]> {
  const key = `${program} ${query}`;
  const answer = underWay.get(key) ?? answerOf(program, query).finally(() => underWay.delete(key));
  underWay.set(key, answer);
  let answered: () => void = () => undefined;
  const late = new Promise<string>((resolve) => (answered = clock.after(PATIENCE, () => resolve(''))));
  const table = await Promise.race([answer, late]);
  answered();
  return table.split('\n').map((line) => line.split(',').map((field) => field.trim()));
}

async function answerOf(program: string, query: string): Promise<string> {
  try {
    return (await run(program, [`--query-${query}`, '--format=csv,noheader,nounits'], { timeout: PATIENCE, killSignal: 'SIGKILL' })).stdout;
  } catch {
    return '';
  }
}
