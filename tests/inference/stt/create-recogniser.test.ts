import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, type Config } from '../../../core/config.ts';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate } from '../../../inference/process/compute-gate.ts';
import { createRecogniser } from '../../../inference/stt/create-recogniser.ts';
import type { Recogniser } from '../../../inference/stt/recogniser.ts';
import { scriptedNvidiaSmi } from '../../support/fake-nvidia-smi.ts';
import { FakeVosk } from '../../support/fake-vosk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let server: FakeVosk;
const made: Recogniser[] = [];
beforeEach(async () => {
  server = await FakeVosk.start();
});
afterEach(async () => {
  await Promise.all([server.stop(), ...made.splice(0).map((recogniser) => recogniser.close())]);
});

function create(engines: Config['stt']['engines'], env: NodeJS.ProcessEnv = {}): { recogniser: Recogniser; registry: Registry } {
  const config = loadConfig(env);
  const registry = new Registry();
  const recogniser = createRecogniser({ ...config, stt: { ...config.stt, engines } }, { log: createLogger('test'), gate: new ComputeGate(1), registry }, env);
  made.push(recogniser);
  return { recogniser, registry };
}

describe('the engines of the chain', () => {
  it('by default begin with a Vosk server, if the environment names one', () => {
    expect(loadConfig({}).stt.engines).toEqual(['vosk-server', 'whisper', 'vosk', 'openai-compatible']);
    expect(loadConfig({ VOSK_STT_URL: 'ws://vosk:2700' }).stt.voskServer.url).toBe('ws://vosk:2700');
  });

  it('are asked in their order', async () => {
    const { recogniser } = create(['vosk-server', 'openai-compatible'], { VOSK_STT_URL: server.url, STT_OPENAI_API_KEY: 'sk-test' });
    expect(await recogniser.transcribe(new Float32Array(1_600))).toMatchObject({ text: 'bonjour marie', engine: 'vosk-server' });
    expect(recogniser.health()).toEqual({ status: 'ok', detail: 'vosk-server' });
  });

  it('are passed over where address, model or key is missing', async () => {
    const { recogniser } = create(['vosk-server', 'vosk', 'openai-compatible']);
    await expect(recogniser.transcribe(new Float32Array(1_600))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('none is configured') as string });
  });
});

it('tells how it does: transcripts, errors, latency, GPU memory', async () => {
  const { recogniser, registry } = create(['vosk-server'], { VOSK_STT_URL: server.url });
  await recogniser.transcribe(new Float32Array(1_600));
  server.misbehaves = 'babble';
  await expect(recogniser.transcribe(new Float32Array(1_600))).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  const metrics = await registry.metrics();
  for (const line of ['stt_transcriptions_total{engine="vosk-server",kind="file"} 1', 'stt_errors_total{engine="vosk-server",code="ENGINE_FAILED"} 1', 'stt_latency_seconds_count{engine="vosk-server"} 1', 'stt_vram_usage_bytes 0']) expect(metrics).toContain(line);
});

it('asks the program that the settings name for GPUs', async () => {
  const [program, settings] = [scriptedNvidiaSmi('echo x >> asked'), join(temporaryFolder(), 'settings.yaml')];
  writeFileSync(settings, `inference: { nvidiaSmi: ${program} }\n`);
  create(['whisper'], { ELOQUENCE_CONFIG: settings });
  await expect.poll(() => existsSync(join(dirname(program), 'asked'))).toBe(true);
});
