import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate, PRIORITY } from '../../../inference/process/compute-gate.ts';
import { isOutOfMemory } from '../../../inference/stt/out-of-memory.ts';
import { VoiceDetector } from '../../../inference/stt/voice-detector.ts';
import { WhisperModel } from '../../../inference/stt/whisper-model.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import { fakeDriver } from '../../support/fake-nvidia-smi.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// A machine with GPUs is played: by a program in nvidia-smi's place, and by a process in Whisper's.

const MB = 1024 ** 2;
const log = createLogger('test');
const REQUEST = { audio: new Int16Array(1_600), language: 'fr', words: false };
const engines: WhisperEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

function whisper(nvidiaSmi: string, folders: readonly string[]): WhisperEngine {
  const models = temporaryFolder();
  for (const folder of folders) {
    mkdirSync(join(models, folder));
    writeFileSync(join(models, folder, folder.endsWith('-f16') ? 'dec_f16.onnx' : 'dec_q8.onnx'), '');
  }
  const engine = new WhisperEngine({
    threads: 1,
    log,
    gate: new ComputeGate(1),
    models,
    detector: new VoiceDetector({ log }),
    settings: { device: 'auto', models: ['large', 'small', 'base', 'tiny'], leastFreeGpuMegabytes: 2_048 },
    nvidiaSmi,
    module: new URL('../../support/programs/forgetful-whisper.ts', import.meta.url),
  });
  engines.push(engine);
  return engine;
}

it('a GPU without room, or none: the CPU', async () => {
  const engine = whisper(fakeDriver(['0, GPU-aaaa, 8192, 1000']), ['whisper-base', 'whisper-base-f16']);
  await engine.ready();
  expect([engine.model, engine.device]).toEqual(['whisper-base', 'cpu']);
  expect(await engine.gpuBytes()).toBe(0);
});

it('a model that does not fit is left at loading for the next smaller one; its GPU memory is told', async () => {
  const program = fakeDriver(['1, GPU-bbbb, 16384, 9000']);
  const engine = whisper(program, ['whisper-large-f16', 'whisper-small-f16', 'whisper-base']);
  await engine.ready();
  expect([engine.model, engine.device]).toEqual(['whisper-small', 'cuda']);
  expect(await engine.gpuBytes()).toBe(0); // nothing is missing
  const { state } = engine;
  const { pid, info } = state.kind === 'ready' ? state : { pid: 0, info: undefined };
  expect(info).toEqual({ uuid: 'GPU-bbbb' });
  copyFileSync(fakeDriver(['1, GPU-bbbb, 16384, 8300'], ['1, 9000']), program);
  expect(await engine.gpuBytes()).toBe(700 * MB);
  copyFileSync(fakeDriver(['1, GPU-bbbb, 16384, 3000'], [`${pid}, 800`]), program);
  expect(await engine.gpuBytes()).toBe(800 * MB);
});

it('the model’s process sees its GPU alone, by its name', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '3');
  const create = vi.spyOn(InferenceSession, 'create').mockRejectedValue(new Error('no CUDA'));
  onTestFinished(() => void vi.unstubAllEnvs().restoreAllMocks());
  await expect(WhisperModel.load('/nowhere', 1, 'GPU-bbbb')).rejects.toThrow('no CUDA');
  expect(process.env['CUDA_VISIBLE_DEVICES']).toBe('GPU-bbbb');
  expect(create).toHaveBeenCalledWith('/nowhere/enc_f16.onnx', expect.objectContaining({ executionProviders: [{ name: 'cuda', deviceId: 0 }] }));
});

it('memory that runs out in the middle: the same call is answered by the next plan, and the memory is free', async () => {
  const engine = whisper(fakeDriver(['0, GPU-aaaa, 16384, 9000']), ['whisper-small-f16', 'whisper-base-f16', 'whisper-base', 'whisper-tiny']);
  await engine.ready();
  const { state } = engine;
  expect((await engine.recognise(REQUEST, PRIORITY.rest)).text).toBe('base on the CPU here');
  expect([engine.model, engine.device]).toEqual(['whisper-base', 'cpu']);
  expect(() => process.kill(state.kind === 'ready' ? state.pid : 0, 0)).toThrow('ESRCH');
});

it.each([
  'CUDA failure 2: out of memory ; GPU=0 ; hostname=x',
  'Failed to allocate memory for requested buffer of size 8388608',
  'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED',
  'std::bad_alloc',
  'Available memory of 100 is smaller than requested bytes of 200',
])('knows that memory ran out: %s', (message) => {
  expect(isOutOfMemory(new Error(message))).toBe(true);
});

it('and that something else failed', () => {
  for (const error of [new Error('invalid dimensions'), 'out of memory', undefined]) expect(isOutOfMemory(error)).toBe(false);
});
