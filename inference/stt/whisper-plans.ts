import { roomiestGpu, type Gpu } from '../process/gpu.ts';

export type WhisperSize = 'large' | 'small' | 'base' | 'tiny';

/** A way to run Whisper: a model that is there, on a device that is there. */
export interface WhisperPlan {
  readonly size: WhisperSize;
  readonly device: 'cuda' | 'cpu';
  /** Of the GPU. */
  readonly uuid?: string;
  /** Name of the model's folder; a GPU computes in float16, a CPU in int8. */
  readonly folder: string;
}

export interface WhisperSituation {
  readonly device: 'auto' | 'cuda' | 'cpu';
  /** In order. */
  readonly sizes: readonly WhisperSize[];
  readonly gpus: readonly Gpu[];
  /** A GPU with less is passed over; MiB. */
  readonly leastFreeMb: number;
  /** Whether the model of that folder is there. */
  readonly isThere: (folder: string) => boolean;
}

/**
 * The ways to run Whisper, the best first: those on the GPU with the most room, then those on the CPU. Where memory runs
 * out the next is taken. Where no model is there the last one is told all the same: its failure says what is missing.
 */
export function whisperPlans({ device, sizes, gpus, leastFreeMb, isThere }: WhisperSituation): [WhisperPlan, ...WhisperPlan[]] {
  const roomiest = roomiestGpu(gpus, device === 'cuda' ? 0 : leastFreeMb);
  const onGpu = device === 'cpu' || roomiest === undefined ? [] : sizes.map((size): WhisperPlan => ({ size, device: 'cuda', uuid: roomiest.uuid, folder: `whisper-${size}-f16` }));
  // 800 million parameters take a CPU longer than the speech itself.
  const slowest = (size: WhisperSize): boolean => size === 'large';
  const onCpu = [...sizes.filter((size) => !slowest(size)), ...sizes.filter(slowest)].map((size): WhisperPlan => ({ size, device: 'cpu', folder: `whisper-${size}` }));
  const [first, ...others] = [...onGpu, ...onCpu].filter(({ folder }) => isThere(folder));
  return first === undefined ? [{ size: 'base', device: 'cpu', folder: 'whisper-base' }] : [first, ...others];
}
