import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { Espeak } from '../../../inference/tts/espeak.ts';
import { Pico } from '../../../inference/tts/pico.ts';
import type { Synthesiser } from '../../../inference/tts/synthesiser.ts';
import { drill } from '../../../ops/tts/drill.ts';
import { measureSpeech } from '../../../ops/tts/measure.ts';
import { InferenceClient } from '../../../protocol/clients/inference.ts';
import { temporaryHome } from '../../support/home.ts';
import { patientSynthesiser } from '../../support/patient-synthesiser.ts';
import { startInferenceAround, TEST_SERVICE_TOKEN, type TestInference } from '../../support/inference.ts';

const log = createLogger('test', 'silent');
const { home, remove } = temporaryHome();
vi.stubEnv('ELOQUENCE_HOME', home);

let synthesiser: Synthesiser;
let server: TestInference;
let inference: InferenceClient;

beforeAll(async () => {
  const registry = new Registry();
  synthesiser = patientSynthesiser([new Pico({ log }), new Espeak()], { log, registry });
  await synthesiser.ready();
  server = await startInferenceAround({ synthesiser });
  inference = new InferenceClient(server.url, { serviceToken: TEST_SERVICE_TOKEN });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await synthesiser.close();
  vi.unstubAllEnvs();
  remove();
});

describe('the drill', () => {
  it('finds somebody who speaks whatever is switched off, at last the emergency clip, and leaves all switched on', async () => {
    await expect.poll(() => existsSync(join(home, 'cache/emergency/ff_siwis-voiceless.pcm')), { timeout: 30_000 }).toBe(true);
    const lines: string[] = [];
    expect(await drill({ rounds: 4, load: 2 }, inference, (line) => lines.push(line))).toBe(0);
    const report = lines.join('\n');
    expect(report).toMatch(/^none +pico 4/mu);
    expect(report).toMatch(/^pico +espeak 4/mu);
    expect(report).toMatch(/^espeak +pico 4/mu);
    expect(report).toMatch(/^all +emergency 4/mu);
    expect((await inference.status()).levels.map(({ enabled }) => enabled)).toEqual([true, true]);
  });

  it('fails where a level that is on does not speak, and puts back what it switched off', async () => {
    const refuses = vi.spyOn(inference, 'speech').mockRejectedValue(new Error('gone'));
    const lines: string[] = [];
    expect(await drill({ rounds: 1, load: 1 }, inference, (line) => lines.push(line))).toBe(1);
    refuses.mockRestore();
    expect(lines.join('\n')).toContain('✗ pico does not speak although it is on');
    expect((await inference.status()).levels.map(({ enabled }) => enabled)).toEqual([true, true]);
  });
});

it('a level is measured by what comes out of it: longer texts last longer, and what is known comes sooner', async () => {
  const figures = await measureSpeech(inference, { level: 'pico', voice: 'ff_siwis', language: 'fr', rounds: 2 });
  expect(figures.map(({ length }) => length)).toEqual(['short', 'medium', 'long']);
  const seconds = figures.map((figure) => figure.seconds);
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  for (const { firstAudio, cached, rtf } of figures) expect([firstAudio.n, cached.n, rtf.n]).toEqual([2, 2, 2]);
});
