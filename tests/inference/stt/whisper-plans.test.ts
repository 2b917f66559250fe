import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../../inference/process/gpu.ts';
import { whisperPlans, type WhisperSituation } from '../../../inference/stt/whisper-plans.ts';

const GB = 1024;
const gpu = (index: number, freeMb: number): Gpu => ({ index, uuid: `GPU-${index}`, totalMb: 80 * GB, freeMb });
const SITUATION: WhisperSituation = { device: 'auto', sizes: ['large', 'small', 'base', 'tiny'], gpus: [], leastFreeMb: 2 * GB, isThere: () => true };
const plans = (situation: Partial<WhisperSituation>): string[] => whisperPlans({ ...SITUATION, ...situation }).map(({ size, device, uuid, folder }) => [size, device, uuid, folder].filter((part) => part !== undefined).join(' '));

describe('Whisper is run', () => {
  it('on the CPU where there is no GPU, the large model last', () => {
    expect(plans({})).toEqual(['small cpu whisper-small', 'base cpu whisper-base', 'tiny cpu whisper-tiny', 'large cpu whisper-large']);
  });

  it('on the GPU with the most room, in float16; then on the CPU, in int8', () => {
    const gpus = [gpu(0, 3 * GB), gpu(1, 9 * GB)];
    expect(plans({ gpus, sizes: ['large', 'base'] })).toEqual(['large cuda GPU-1 whisper-large-f16', 'base cuda GPU-1 whisper-base-f16', 'base cpu whisper-base', 'large cpu whisper-large']);
  });

  it.each([[1.9, ['base cpu whisper-base']], [2, ['base cuda GPU-0 whisper-base-f16', 'base cpu whisper-base']]] as const)('on a GPU only if 2 GB are free: %s', (free, expected) => {
    expect(plans({ gpus: [gpu(0, free * GB)], sizes: ['base'] })).toEqual(expected);
  });

  it('where the settings say so: on a full GPU, or on the CPU', () => {
    const gpus = [gpu(0, GB)];
    expect(plans({ device: 'cuda', gpus, sizes: ['tiny'] })[0]).toBe('tiny cuda GPU-0 whisper-tiny-f16');
    expect(plans({ device: 'cpu', gpus: [gpu(0, 9 * GB)], sizes: ['tiny'] })).toEqual(['tiny cpu whisper-tiny']);
  });

  it('by the first model that is there', () => {
    expect(plans({ isThere: (folder) => ['whisper-base', 'whisper-tiny'].includes(folder), gpus: [gpu(0, 9 * GB)] })).toEqual(['base cpu whisper-base', 'tiny cpu whisper-tiny']);
  });

  it('by base where none is there: its failure says so', () => {
    expect(plans({ isThere: () => false })).toEqual(['base cpu whisper-base']);
  });
});
