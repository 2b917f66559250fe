import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../../../core/clock.ts';
import { bindTo, gpus, roomiestGpu, usedMbOf, type Gpu } from '../../../inference/process/gpu.ts';
import { fakeDriver, fakeNvidiaSmi, scriptedNvidiaSmi } from '../../support/fake-nvidia-smi.ts';

const TWO = ['0, GPU-aaaa, 81559, 1500', '1, GPU-bbbb, 24564, 20000'];

describe('gpus', () => {
  it('are what nvidia-smi lists', async () => {
    expect(await gpus({ program: fakeNvidiaSmi(TWO), env: {} })).toEqual([
      { index: 0, uuid: 'GPU-aaaa', totalMb: 81_559, freeMb: 1_500 },
      { index: 1, uuid: 'GPU-bbbb', totalMb: 24_564, freeMb: 20_000 },
    ] satisfies Gpu[]);
  });

  it.each(['1', 'GPU-bb', ' 1 , 7'])('are those that CUDA_VISIBLE_DEVICES=«%s» leaves', async (visible) => {
    expect((await gpus({ program: fakeNvidiaSmi(TWO), env: { CUDA_VISIBLE_DEVICES: visible } })).map(({ index }) => index)).toEqual([1]);
  });

  it.each<[string, () => string]>([
    ['there is no nvidia-smi', () => '/nowhere/nvidia-smi'],
    ['its path leads through a file', () => '/dev/null/nvidia-smi'],
    ['it finds no driver', () => fakeNvidiaSmi(['NVIDIA-SMI has failed'], 9)],
    ['it prints something else', () => fakeNvidiaSmi(['No devices were found', ''])],
    ['a GPU tells no size', () => fakeNvidiaSmi(['0, GPU-aaaa, [N/A], [N/A]'])],
  ])('are none where %s', async (_, program) => {
    expect(await gpus({ program: program(), env: {} })).toEqual([]);
  });

  it('are none where CUDA_VISIBLE_DEVICES is empty', async () => {
    expect(await gpus({ program: fakeNvidiaSmi(TWO), env: { CUDA_VISIBLE_DEVICES: '' } })).toEqual([]);
  });
});

describe('roomiestGpu', () => {
  const found = [{ index: 0, uuid: 'a', totalMb: 8_000, freeMb: 1_500 }, { index: 1, uuid: 'b', totalMb: 8_000, freeMb: 3_000 }] satisfies Gpu[];

  it('is the one with the most free memory', () => {
    expect(roomiestGpu(found, 2_048)?.index).toBe(1);
  });

  it('is none where none has enough', () => {
    expect(roomiestGpu(found, 4_096)).toBeUndefined();
    expect(roomiestGpu([], 1)).toBeUndefined();
  });
});

describe('usedMbOf', () => {
  it('is what the driver counts for a process, on all GPUs', async () => {
    const program = fakeDriver(TWO, ['41, 300', '42, 512', '42, 100', '43, [N/A]']);
    expect(await usedMbOf(42, { program })).toBe(612);
    expect(await usedMbOf(43, { program })).toBeUndefined();
    expect(await usedMbOf(44, { program })).toBeUndefined();
    expect(await usedMbOf(42, { program: '/nowhere/nvidia-smi' })).toBeUndefined();
  });
});

describe('a driver that hangs', () => {
  it('holds up nobody for long, and is not asked by a second program before the first has ended', async () => {
    const program = scriptedNvidiaSmi('[ -e pid ] || { echo $$ > starting; mv starting pid; exec sleep 600; }\necho 0, GPU-aaaa, 8192, 8000');
    const pidFile = join(dirname(program), 'pid');
    const clock = new ManualClock();
    const ask = (): Promise<Gpu[]> => gpus({ program, env: {}, clock });
    const asked = ask();
    await expect.poll(() => existsSync(pidFile)).toBe(true);
    clock.advance(5_000);
    expect(await asked).toEqual([]);
    const again = ask();
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    expect(await again).toEqual([]);
    expect(await ask()).toHaveLength(1);
  });
});

describe('bindTo', () => {
  it('leaves CUDA the one GPU, by its name', () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '3');
    onTestFinished(() => void vi.unstubAllEnvs());
    bindTo('GPU-bbbb');
    expect(process.env['CUDA_VISIBLE_DEVICES']).toBe('GPU-bbbb');
  });
});
